"""What is left of a manifest, by the lines that kubectl printed of what it did."""

import pytest

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.writes.change import Touched
from ack_mcp_server.kube.writes.remaining import how_to_go_on, left_of

_KINDS = {"Deployment": ("deployments", "apps"), "Service": ("services", ""), "Namespace": ("namespaces", "")}


def touched(kind: str, name: str, namespace: str = "shop") -> Touched:
    plural, group = _KINDS[kind]
    namespaced = kind != "Namespace"
    resource = Resource(plural=plural, group=group, kind=kind, namespaced=namespaced, names=frozenset(), categories=())
    return Touched(resource=resource, namespace=namespace if namespaced else "", name=name)


WEB, SERVICE, SPACE = touched("Deployment", "web"), touched("Service", "web"), touched("Namespace", "shop")


@pytest.mark.parametrize(
    ("stdout", "left"),
    [
        ("namespace/shop serverside-applied\ndeployment.apps/web serverside-applied\n", (3,)),
        ("deployment.apps/web configured\n", (1, 3)),
        ("deployment.apps/web\nservice/web\n", (1,)),
        ('service "web" deleted from shop namespace\nnamespace "shop" deleted\n', (2,)),
        ("", (1, 2, 3)),
        ("apiVersion: v1\nkind: List\n", None),
        ("pod/other created\n", None),
    ],
)
def test_each_document_without_a_line_is_left(stdout: str, left: tuple[int, ...] | None) -> None:
    assert left_of([SPACE, WEB, SERVICE], stdout) == left


def test_of_two_that_are_called_the_same_one_line_leaves_both() -> None:
    assert left_of([WEB, touched("Deployment", "web", "other")], "deployment.apps/web created\n") == (1, 2)


def test_a_generated_name_leaves_it_open() -> None:
    assert left_of([touched("Deployment", ""), WEB], "deployment.apps/web created\n") is None


def test_what_is_left_is_named_with_its_place() -> None:
    told = how_to_go_on([SPACE, WEB, SERVICE], "deployment.apps/web created\n")
    assert told.startswith("1 of 3 documents are done. Left: document 1 (namespace/shop), 3 (service/web in shop).")


def test_nothing_is_said_when_nothing_is_left() -> None:
    assert how_to_go_on([WEB], "deployment.apps/web created\n") == ""
