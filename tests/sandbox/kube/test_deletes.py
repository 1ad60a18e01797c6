"""Deleting: at once, gracefully, with what is owned, not at all; and what the answer says."""

import pytest

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import needs_kubectl

SHOP = "/api/v1/namespaces/shop"
DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments"


def test_a_config_map_is_gone_at_once(scratch: Cluster) -> None:
    answer = scratch.api.call("DELETE", f"{SHOP}/configmaps/app-config").json
    assert (answer["status"], answer["details"]["kind"]) == ("Success", "configmaps")
    assert scratch.api.get(f"{SHOP}/configmaps/app-config").status == 404


def test_a_pod_terminates_first(scratch: Cluster) -> None:
    name = scratch.api.names(f"{SHOP}/pods")[0]
    answer = scratch.api.call("DELETE", f"{SHOP}/pods/{name}").json
    assert answer["kind"] == "Pod" and answer["metadata"]["deletionGracePeriodSeconds"] == 30
    assert scratch.api.get(f"{SHOP}/pods/{name}").status == 200


def test_a_terminating_pod_is_gone_when_the_clock_has_passed(scratch: Cluster) -> None:
    name = scratch.api.names(f"{SHOP}/pods")[0]
    scratch.api.call("DELETE", f"{SHOP}/pods/{name}")
    scratch.advance(31)
    assert scratch.api.get(f"{SHOP}/pods/{name}").status == 404


@pytest.mark.parametrize("query, body", [("?gracePeriodSeconds=0", None), ("", {"gracePeriodSeconds": 0})])
def test_no_grace_is_immediate(scratch: Cluster, query: str, body: dict[str, int] | None) -> None:
    name = scratch.api.names(f"{SHOP}/pods")[0]
    scratch.api.call("DELETE", f"{SHOP}/pods/{name}{query}", body, content_type="application/json")
    assert scratch.api.get(f"{SHOP}/pods/{name}").status == 404


def test_what_a_deployment_owns_follows_in_the_background(scratch: Cluster) -> None:
    scratch.api.call("DELETE", f"{DEPLOYMENTS}/cart")
    scratch.advance(40)
    scratch.advance(40)
    assert not [name for name in scratch.api.names(f"{SHOP}/pods") if name.startswith("cart-")]


def test_orphans_stay_and_lose_their_owner(scratch: Cluster) -> None:
    scratch.api.call("DELETE", f"{DEPLOYMENTS}/cart?propagationPolicy=Orphan")
    scratch.advance(5)
    sets = scratch.api.get("/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dcart").json["items"]
    assert sets and not any(each["metadata"].get("ownerReferences") for each in sets)


def test_a_foreground_deletion_waits_for_the_dependents(scratch: Cluster) -> None:
    answer = scratch.api.call("DELETE", f"{DEPLOYMENTS}/cart?propagationPolicy=Foreground").json
    assert answer["metadata"]["finalizers"] == ["foregroundDeletion"]
    for _ in range(8):
        scratch.advance(5)
        scratch.api.get("/version")
    assert scratch.api.get(f"{DEPLOYMENTS}/cart").status == 404


def test_a_dry_run_deletes_nothing(scratch: Cluster) -> None:
    assert scratch.api.call("DELETE", f"{DEPLOYMENTS}/cart?dryRun=All").status == 200
    assert scratch.api.get(f"{DEPLOYMENTS}/cart").status == 200


def test_a_precondition_that_does_not_hold_is_a_conflict(scratch: Cluster) -> None:
    body = {"preconditions": {"uid": "another"}}
    answer = scratch.api.call("DELETE", f"{DEPLOYMENTS}/cart", body, content_type="application/json")
    assert (answer.status, answer.json["reason"]) == (409, "Conflict")


def test_a_collection_is_deleted_by_selector(scratch: Cluster) -> None:
    answer = scratch.api.call("DELETE", f"{SHOP}/pods?labelSelector=app%3Dcart").json
    assert answer["kind"] == "PodList" and len(answer["items"]) == 2
    scratch.advance(31)
    gone = {each["metadata"]["name"] for each in answer["items"]}
    assert not gone & set(scratch.api.names(f"{SHOP}/pods?labelSelector=app%3Dcart"))


def test_a_namespace_takes_its_contents_along(scratch: Cluster) -> None:
    assert scratch.api.call("DELETE", SHOP).json["status"]["phase"] == "Terminating"
    for _ in range(8):
        scratch.advance(5)
        scratch.api.get("/version")
    assert scratch.api.get(SHOP).status == 404 and scratch.api.names(f"{SHOP}/pods") == []


def test_system_namespaces_cannot_be_deleted(scratch: Cluster) -> None:
    answer = scratch.api.call("DELETE", "/api/v1/namespaces/kube-system")
    assert answer.status == 403 and "this namespace may not be deleted" in answer.json["message"]


def test_a_finalizer_keeps_an_object(ailing: Cluster) -> None:
    backups = "/apis/ops.example.com/v1alpha1/backups?labelSelector="
    held = next(each for each in ailing.api.get(backups).json["items"] if each["metadata"].get("finalizers"))
    path = f"/apis/ops.example.com/v1alpha1/namespaces/{held['metadata']['namespace']}/backups/final-export"
    ailing.api.call("DELETE", path)
    ailing.advance(600)
    assert ailing.api.get(path).status == 200


def test_a_pod_of_a_lost_node_never_finishes(ailing: Cluster) -> None:
    pods = "/api/v1/namespaces/kube-system/pods?fieldSelector=spec.nodeName%3Dcn-hangzhou.10.0.1.17"
    name = ailing.api.names(pods)[0]
    ailing.api.call("DELETE", f"/api/v1/namespaces/kube-system/pods/{name}")
    ailing.advance(600)
    assert ailing.api.get(f"/api/v1/namespaces/kube-system/pods/{name}").status == 200


def test_a_definition_takes_its_objects_and_its_path_along(scratch: Cluster) -> None:
    scratch.api.call("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tenants.platform.example.com")
    assert scratch.api.get("/apis/platform.example.com/v1alpha1/tenants").status == 404


@pytest.mark.slow
@needs_kubectl
def test_kubectl_waits_until_the_pod_is_gone(scratch: Cluster) -> None:
    name = scratch.api.names(f"{SHOP}/pods")[0]
    assert f'pod "{name}" deleted' in scratch.kubectl(f"delete pod {name} -n shop --grace-period=1")


@needs_kubectl
def test_kubectl_shows_a_terminating_pod(scratch: Cluster) -> None:
    name = scratch.api.names(f"{SHOP}/pods")[0]
    scratch.kubectl(f"delete pod {name} -n shop --wait=false")
    assert "Terminating" in scratch.kubectl(f"get pod {name} -n shop")
