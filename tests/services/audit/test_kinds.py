"""Words of the audit log, and rows that are not as documented."""

import pytest

from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.services.audit import kinds
from ack_mcp_server.services.audit.asked import AuditFilter
from ack_mcp_server.services.audit.entries import entry_of
from ack_mcp_server.settings import Settings


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


@pytest.mark.parametrize(
    ("word", "condition"),
    [
        ("pods/exec", '(objectRef.resource: "pods" and objectRef.subresource: "exec")'),
        ("po/Exec", '(objectRef.resource: "pods" and objectRef.subresource: "exec")'),
        ("deploy.apps/scale", '(objectRef.resource: "deployments" and objectRef.subresource: "scale")'),
        ("nodes/proxy/metrics", '(objectRef.resource: "nodes" and objectRef.subresource: "proxy")'),
        ("exec", 'objectRef.subresource: "exec"'),
        ("*/eviction", 'objectRef.subresource: "eviction"'),
        ("pods/", 'objectRef.resource: "pods"'),
    ],
)
def test_a_subresource_is_a_condition_of_its_own(word: str, condition: str) -> None:
    assert str(_asked_for(word).search()) == condition


def test_several_resources_with_subresources_stay_apart() -> None:
    assert str(_asked_for("pods/exec,secrets,log").search()) == (
        '(objectRef.resource: "pods" and objectRef.subresource: "exec") or objectRef.resource: "secrets" or '
        'objectRef.subresource: "log"'
    )


def test_a_subresource_counts_as_a_condition() -> None:
    wanted = _asked_for(",".join(f"kind{number}s/exec" for number in range(16)))
    with pytest.raises(InvalidInput, match="32 conditions"):
        wanted.search()


def test_a_subresource_of_any_resource_leaves_out_what_is_denied() -> None:
    assert 'not objectRef.resource: "serviceaccounts"' in str(_asked_for("token", "serviceaccounts").search())


def test_a_subresource_of_what_is_denied_is_refused() -> None:
    with pytest.raises(NotEnabled):
        _asked_for("pods/exec", "pods")


@pytest.mark.parametrize("word", ["pods/ex ec", "pods/*", "/", 'exec/"'])
def test_what_cannot_be_a_subresource_is_refused(word: str) -> None:
    with pytest.raises(InvalidInput):
        kinds.asked(word)


@pytest.mark.parametrize(
    ("word", "meant"),
    [("exec", "pods/exec"), ("connect", "pods/exec"), ("port-forward", "pods/portforward"), ("scale", "scale")],
)
def test_what_is_done_by_a_subresource_is_no_verb_and_the_error_names_it(word: str, meant: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        kinds.verb(word)
    assert refused.value.next_step.startswith(f'Use resource_types=["{meant}"]')


def _asked_for(words: str, denied: str = "") -> AuditFilter:
    settings = Settings.model_validate({"DENY_KINDS": denied})
    return AuditFilter.of(settings, namespace="", verbs=[], resources=[words], name="", user="")


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
        'not (verb: "get" or verb: "list" or verb: "watch") and not objectRef.subresource: "status"'
    )


PATH = "/api/v1/namespaces/shop/pods/web-0"
OPTIONS = '{"kind":"DeleteOptions","dryRun":["All"]}'


@pytest.mark.parametrize(
    "fields",
    [
        {"verb": "patch", "requestURI": f"{PATH}?dryRun=All&fieldManager=ack-mcp-server"},
        {"verb": "delete", "requestURI": f"{PATH}?dryRun=All"},
        {"verb": "delete", "requestURI": PATH, "requestObject": OPTIONS},
        {"verb": "deletecollection", "requestURI": PATH, "requestObject": OPTIONS},
        {
            "verb": "create",
            "objectRef": '{"resource":"pods","subresource":"eviction"}',
            "requestObject": f'{{"deleteOptions":{OPTIONS}}}',
        },
    ],
)
def test_a_write_that_was_only_tried_is_a_dry_run(fields: dict[str, str]) -> None:
    assert entry_of({"__time__": "1", **fields}).is_dry_run


@pytest.mark.parametrize(
    "fields",
    [
        {"verb": "delete", "requestURI": PATH, "requestObject": '{"kind":"DeleteOptions"}'},
        {"verb": "create", "requestURI": PATH, "requestObject": '{"kind":"Plan","dryRun":true}'},
        {"verb": "get", "requestURI": f"{PATH}?dryRun=All"},
        {"verb": "delete", "requestURI": "/x?labelSelector=dryRun%3DAll", "requestObject": "[1]"},
    ],
)
def test_what_was_done_and_what_was_read_is_no_dry_run(fields: dict[str, str]) -> None:
    assert not entry_of({"__time__": "1", **fields}).is_dry_run
