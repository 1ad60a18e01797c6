"""Over several regions: probes find every incident's pods, and nothing in what only resembles one."""

import pytest

from ack_sandbox.clock import Clock
from ack_sandbox.cloud.cs.diagnosis_types import TYPES
from ack_sandbox.cloud.cs.health.view import View, look
from ack_sandbox.draws import Draws
from ack_sandbox.fleet import serve_region
from ack_sandbox.kube.objects import Object, labels_of, name_of, namespace_of
from ack_sandbox.kube.server import cluster_state
from ack_sandbox.plan import plan_region
from tests.sandbox.cloud.live import population
from tests.sandbox.cloud.sdk import Sdk, control, models
from tests.sandbox.conftest import NOON

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]  # the SDK calls utcnow

SEEDS = (2, 3, 5)


def view_of(seed: int) -> View:
    plan, clock = plan_region(seed).cluster("production"), Clock(source=lambda: NOON)
    return look(cluster_state(plan, clock, Draws(seed), population("production", seed)))


def troubles(view: View, pod: Object) -> list[str]:
    found = TYPES["pod"].diagnose(view, {"namespace": namespace_of(pod), "name": name_of(pod)})
    return [finding.name for finding in found if finding.trouble]


def pods_of(view: View, namespace: str, workload: str) -> list[Object]:
    kind, _, name = workload.partition("/")
    pods = view.all("/pods", namespace) if kind in ("deployment", "statefulset") else []
    return [pod for pod in pods if labels_of(pod).get("app") == name]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_incident_with_pods_has_one_in_trouble(seed: int) -> None:
    view, quota = view_of(seed), "quota-exceeded"  # its trouble is that pods are missing
    about = [each for each in population("production", seed).incidents if each.id != quota]
    pods = {each.id: pods_of(view, each.namespace, each.workload) for each in about}

    assert sum(bool(found) for found in pods.values()) >= 14
    assert [id for id, found in pods.items() if found and not any(troubles(view, pod) for pod in found)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found_in_what_resembles_an_incident(seed: int) -> None:
    view = view_of(seed)
    alike = {
        each.workload: pods_of(view, each.namespace, each.workload)
        for each in population("production", seed).look_alikes
    }

    assert sum(map(len, alike.values())) > 20
    assert {
        name: found
        for name, pods in alike.items()
        if (found := [troubles(view, pod) for pod in pods if troubles(view, pod)])
    } == {}


async def test_the_whole_region_diagnoses_what_its_api_servers_serve() -> None:
    async with serve_region(plan_region(1), Clock(), host="127.0.0.1", port=0) as region:
        sdk, production = Sdk(region), region.plan.cluster("production")
        lost = next(node.name for node in production.nodes if not node.ready)
        asked = models.CreateClusterDiagnosisRequest(type="node", target={"name": lost})
        begun = await sdk.call("create_cluster_diagnosis", production.id, asked)
        await control(region, "POST", "clock", {"advance_s": 6})
        request = models.GetClusterDiagnosisResultRequest()
        body = await sdk.call("get_cluster_diagnosis_result", production.id, begun.diagnosis_id, request)

    assert "Kubelet stopped posting node status" in body.result
