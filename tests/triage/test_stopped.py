"""What was scaled to nothing, and what a triage says that is asked in a hard way."""

from collections.abc import Callable

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, door_to, running_sandbox, settings_in
from tests.triage.shapes import Made, ago, causes, container, deployment, found, made, pod
from tests.triage.test_scene import ingress, labelled, service


def stopped(kind: str = "Deployment", **parts: Made) -> Made:
    return labelled(kind, "web", {"app": "front"}, **parts)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_workload_at_zero_that_an_ingress_sends_to_is_named(kind: str) -> None:
    told = causes(service(), stopped(kind), ingress(number=80))
    assert told == {f"{kind.lower()}/web": "ScaledToZero"}


def test_a_workload_at_zero_that_no_ingress_sends_to_is_left_as_it_is() -> None:
    assert causes(service(), stopped()) == {}


def test_a_workload_at_zero_beside_another_of_the_same_service_is_left_as_it_is() -> None:
    green = labelled("Deployment", "green", {"app": "front"})
    assert causes(service(), stopped(), green, ingress(number=80)) == {}


def test_a_workload_whose_last_pods_still_serve_is_left_as_it_is() -> None:
    last = pod(metadata={"labels": {"app": "front"}})
    assert "deployment/web" not in causes(service(), stopped(), last, ingress(number=80))


def test_an_idle_canary_is_left_as_it_is() -> None:
    canary = ingress(number=80)
    canary["metadata"]["annotations"] = {"nginx.ingress.kubernetes.io/canary": "true"}
    assert causes(service(), stopped(), canary) == {}


def test_what_keda_scaled_to_nothing_is_left_as_it_is() -> None:
    target = {"kind": "Deployment", "name": "web"}
    keda = made("HorizontalPodAutoscaler", "keda-hpa-web", spec={"scaleTargetRef": target, "minReplicas": 1})
    assert causes(service(), stopped(), ingress(number=80), keda) == {}


def test_an_undo_is_offered_where_there_is_an_earlier_revision() -> None:
    waiting = {"waiting": {"reason": "ErrImagePull", "message": "nginx:v9: not found"}}
    ill = pod(ready=False, owner=("ReplicaSet", "web-1"),
              status={"containerStatuses": [container(ready=False, image="nginx:v9", state=waiting)]},
              metadata={"creationTimestamp": ago(hours=1)})  # fmt: skip
    obj, first = deployment(ready=0)
    second = {**first, "metadata": {**first["metadata"], "name": "web-0", "uid": "web-0"}}
    (alone,), (again,) = (each[0].causes[:1] for each in (found(obj, first, ill), found(obj, first, second, ill)))
    assert alone.kind == "ImageNotFound" and alone.next.startswith("set image deployment/web")
    assert again.next.startswith("rollout undo deployment/web -n shop, or set image")


@pytest.mark.slow
async def test_who_scaled_a_workload_to_nothing_is_told() -> None:
    with running_sandbox("--seed", "304") as region:
        allowed = settings_in(region).model_copy(update={"allow_write": True, "write_policy": "direct"})
        asked = {"cluster_id": region.cluster("production")}
        async with door_to(allowed) as door:
            await door.ok("ack_kubectl", command="scale deployment/frontend -n shop --replicas=0", **asked)
            await door.ok("ack_kubectl", command="wait pod -l app=frontend -n shop --for=delete --timeout=20s", **asked)
            text = (await door.ok("triage", namespace="shop", workload="frontend", **asked)).text
    assert "ScaledToZero: Ingress shop sends shop.example.com to the Service" in text
    assert "patch deployments/frontend/scale" in text
    assert "deployment/frontend: scaled to 0, so that no pod of it is to run" in text


@pytest.mark.slow
async def test_a_revoked_kubeconfig_is_replaced_once() -> None:
    with running_sandbox() as region:
        cluster = region.cluster("staging")
        async with door_to(settings_in(region)) as door:
            await door.ok("triage", cluster_id=cluster)
            region.order("staging", "revoke")
            assert "pods of " in (await door.ok("triage", cluster_id=cluster)).text
            region.order("staging", "status", path="/", code=401, times=500)
            told = await door.error("triage", cluster_id=cluster)
    assert told.startswith("CommandFailed: error: You must be logged in") and "Check the identity" in told


async def test_the_headline_names_the_namespaces_that_the_operator_allows(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(NAMESPACES="payments,data")) as door:
        text = (await door.ok("triage", cluster_id=region.cluster("production"))).text
    assert " unwell in namespaces payments, data of c" in text.splitlines()[0]
