"""Label and field selectors choose as a real server does, and refuse with its words."""

import pytest

from tests.sandbox.kube.conftest import Cluster

PODS = "/api/v1/namespaces/shop/pods"


def _apps(staging: Cluster, query: str) -> set[str]:
    items = staging.api.get(f"{PODS}?{query}").json["items"]
    return {item["metadata"]["labels"]["app"] for item in items}


@pytest.mark.parametrize(
    "selector, apps",
    [
        ("app%3Dcart", {"cart"}),
        ("app%3D%3Dcart", {"cart"}),
        ("app+in+(cart,orders)", {"cart", "orders"}),
        ("app+notin+(cart,orders,catalog,checkout,frontend,shop-gateway)", {"search"}),
        ("app,app!%3Dcart,app+notin+(orders,catalog,checkout,frontend,shop-gateway)", {"search"}),
        ("!app", set()),
        ("team%3Dshop,app%3Dcart", {"cart"}),
        ("nosuch", set()),
    ],
)
def test_a_label_selector_chooses(staging: Cluster, selector: str, apps: set[str]) -> None:
    assert _apps(staging, f"labelSelector={selector}") == apps


@pytest.mark.parametrize(
    "selector, found",
    [
        ("status.phase%3DRunning", True),
        ("status.phase!%3DRunning", False),
        ("metadata.namespace%3Dshop", True),
        ("spec.nodeName%3Dcn-shanghai.10.0.1.10,status.phase%3DRunning", True),
        ("spec.nodeName%3Dnowhere", False),
    ],
)
def test_a_field_selector_chooses(staging: Cluster, selector: str, found: bool) -> None:
    assert bool(_apps(staging, f"fieldSelector={selector}")) is found


def test_a_field_that_cannot_select_is_a_bad_request(staging: Cluster) -> None:
    answer = staging.api.get(f"{PODS}?fieldSelector=spec.color%3Dred")
    assert (answer.status, answer.json["message"]) == (400, "field label not supported: spec.color")


def test_a_kind_without_fields_of_its_own_names_the_two_that_select(staging: Cluster) -> None:
    message = staging.api.get("/api/v1/configmaps?fieldSelector=data%3Dred").json["message"]
    assert message == '"data" is not a known field selector: only "metadata.name", "metadata.namespace"'


@pytest.mark.parametrize("selector", ["app+in+cart", "a%3Db+c", "%3D"])
def test_a_malformed_label_selector_is_a_bad_request(staging: Cluster, selector: str) -> None:
    answer = staging.api.get(f"{PODS}?labelSelector={selector}")
    assert (answer.status, answer.json["reason"]) == (400, "BadRequest")


def test_events_are_selected_by_the_object_they_are_about(production: Cluster) -> None:
    query = "fieldSelector=involvedObject.name%3Dcn-hangzhou.10.0.1.17,reason%3DNodeNotReady"
    items = production.api.get(f"/api/v1/namespaces/default/events?{query}").json["items"]
    assert [item["involvedObject"]["kind"] for item in items] == ["Node"]


def test_secrets_are_selected_by_type(staging: Cluster) -> None:
    names = staging.api.names("/api/v1/secrets?fieldSelector=type%3Dkubernetes.io/tls")
    assert names == ["wildcard-tls"]
