"""Words of the audit log, and rows that are not as documented."""

import pytest

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.audit import kinds
from ack_mcp_server.services.audit.asked import AuditFilter
from ack_mcp_server.services.audit.entries import entry_of


@pytest.mark.parametrize(
    ("word", "plural"),
    [
        ("po", "pods"), ("Deploy", "deployments"), ("svc", "services"), ("configmap", "configmaps"),
        ("ingress", "ingresses"), ("networkpolicy", "networkpolicies"), ("deployments.apps", "deployments"),
        ("mykinds", "mykinds"),
    ],
)  # fmt: skip
def test_a_kind_is_known_by_all_its_names(word: str, plural: str) -> None:
    assert kinds.resource(word) == plural


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("po", "pod"), ("deployments", "deployment"), ("Ingress", "ingress"), ("sc", "storageclass"),
        ("ep", "endpoints"), ("NetworkPolicy", "networkpolicy"), ("Prometheus", "prometheus"),
    ],
)  # fmt: skip
def test_an_event_names_the_kind_alone(word: str, kind: str) -> None:
    assert kinds.kind(word) == kind


@pytest.mark.parametrize("word", ["", "a b", 'x"', "*", "../x"])
def test_what_cannot_be_a_kind_is_refused(word: str) -> None:
    with pytest.raises(InvalidInput):
        kinds.resource(word)


@pytest.mark.parametrize("values", [["get,list"], ["get", "list"], ['["get", "list"]'], ["get", " list,get"]])
def test_lists_come_in_many_forms(values: list[str]) -> None:
    assert kinds.split(values) == ("get", "list")


@pytest.mark.parametrize("field", ["user", "objectRef", "responseStatus", "sourceIPs", "requestObject"])
@pytest.mark.parametrize("value", ["", "{", "[]", "null", "[1]", "7", "[" * 5000])
def test_a_field_that_is_not_as_documented_is_passed_over(field: str, value: str) -> None:
    assert entry_of({"__time__": "1", "verb": "get", field: value}).verb == "get"


def test_what_changed_something_and_what_failed_can_be_asked_for() -> None:
    built = str(AuditFilter(namespaces=("shop",), failed=True, writes=True).search())
    assert built == (
        'objectRef.namespace: "shop" and responseStatus.code >= 400 and '
        'not (verb: "get" or verb: "list" or verb: "watch")'
    )
