"""Diagnoses by the real SDK: what they say is true of what runs in the cluster."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from ack_sandbox.cloud.cs.health.view import is_true
from ack_sandbox.kube.objects import Object, dig, labels_of, name_of, namespace_of
from ack_sandbox.kube.population.incident import Incident
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import Role
from ack_sandbox.region import Region
from tests.sandbox.cloud.live import bring_to_life, change, population
from tests.sandbox.cloud.model_walk import differences
from tests.sandbox.cloud.sdk import Sdk, ask_control, control, models, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow

# The incident, the check item that finds it, and what it says.
INCIDENTS = (
    ("oom-killed", "ContainerNotOOMKilled", "memory limit of 512Mi"),
    ("crash-loop", "ContainerNotCrashLooping", "exit code 1"),
    ("init-failure", "InitContainersSucceed", '"migrate"'),
    ("sidecar-panic", "ContainerNotCrashLooping", '"log-shipper"'),
    ("image-tag-missing", "ContainerImagePulled", "not found"),
    ("image-no-access", "ContainerImagePulled", "insufficient_scope"),
    ("pending-cpu", "PodScheduled", "Insufficient cpu"),
    ("pending-selector", "PodScheduled", "node affinity/selector"),
    ("pending-claim", "PodClaimsBound", '"ceph-rbd" does not exist'),
    ("missing-config-map", "PodConfigExists", 'ConfigMap "legacy-sync-settings"'),
    ("missing-secret", "PodConfigExists", 'Secret "edge-gateway-tls-2026"'),
    ("readiness-503", "ReadinessProbe", "statuscode: 503"),
    ("liveness-kills", "LivenessProbe", "iveness probe"),
    ("failed-job", "PodNotFailed", "exit codes of its containers: 1"),
    ("evicted", "PodNotEvicted", "low on resource: ephemeral-storage"),
)


@dataclass
class Live:
    region: Region
    states: dict[Role, ClusterState]

    @property
    def sdk(self) -> Sdk:
        return Sdk(self.region)

    def cluster(self, role: Role = "production") -> str:
        return self.region.plan.cluster(role).id

    async def create(self, kind: str, role: Role = "production", **target: object) -> str:
        request = models.CreateClusterDiagnosisRequest(type=kind, target=target)
        return str((await self.sdk.call("create_cluster_diagnosis", self.cluster(role), request)).diagnosis_id)

    async def result(self, diagnosis_id: str, role: Role = "production") -> Any:
        request = models.GetClusterDiagnosisResultRequest()
        return await self.sdk.call("get_cluster_diagnosis_result", self.cluster(role), diagnosis_id, request)

    async def finished(self, kind: str, role: Role = "production", **target: object) -> Any:
        """The result of a diagnosis, when it is over."""
        diagnosis_id = await self.create(kind, role, **target)
        await control(self.region, "POST", "clock", {"advance_s": 6})
        return await self.result(diagnosis_id, role)

    async def troubles(self, kind: str, role: Role = "production", **target: object) -> dict[str, str]:
        """By the name of each check item that is not normal: its message."""
        body = await self.finished(kind, role, **target)
        assert (body.status, body.code) == (2, 0), body.message
        return {item["name"]: item["message"] for item in items(body) if item["level"] != "normal"}


@pytest.fixture
def live(region: Region) -> Live:
    return Live(region, bring_to_life(region))


def items(body: Any) -> list[dict[str, Any]]:
    report = json.loads(body.result)
    return [item for phase in report["phases"] for group in phase["groups"] for item in group["check_items"]]


def incident(identity: str) -> Incident:
    return next(each for each in population("production").incidents if each.id == identity)


def first_pod(live: Live, identity: str) -> Object:
    """Of the workload of the incident, one that it is about: not ready, if any is not."""
    about = incident(identity)
    name = about.workload.partition("/")[2]
    pods = live.states["production"].store.objects("/pods", about.namespace)
    return min((pod for pod in pods if name_of(pod).startswith(name)), key=lambda pod: is_true(pod, "Ready"))


def healthy_pod(state: ClusterState, namespace: str = "shop") -> Object:
    return next(pod for pod in state.store.objects("/pods", namespace) if labels_of(pod).get("app") == "frontend")


async def test_a_diagnosis_is_created_then_runs_then_is_done(live: Live) -> None:
    diagnosis_id = await live.create("node", "staging", name=live.region.plan.cluster("staging").nodes[0].name)
    seen = []
    for _ in range(14):
        seen.append((await live.result(diagnosis_id, "staging")).status)
        await control(live.region, "POST", "clock", {"advance_s": 0.5})

    assert list(dict.fromkeys(seen)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("identity", "item", "phrase"),
    [INCIDENTS[0], *(pytest.param(*each, marks=pytest.mark.slow) for each in INCIDENTS[1:])],
)
async def test_a_pod_of_an_incident_is_found_out(live: Live, identity: str, item: str, phrase: str) -> None:
    pod = first_pod(live, identity)

    troubles = await live.troubles("pod", namespace=namespace_of(pod), name=name_of(pod))

    assert phrase in troubles[item]


async def test_a_healthy_pod_passes_many_checks(live: Live) -> None:
    pod = healthy_pod(live.states["production"])

    body = await live.finished("pod", namespace="shop", name=name_of(pod))

    assert {item["level"] for item in items(body)} == {"normal"}
    assert len(items(body)) > 25


@pytest.mark.slow
async def test_what_resembles_an_incident_passes(live: Live) -> None:
    state, found = live.states["production"], {}
    for alike in population("production").look_alikes:
        kind, _, name = alike.workload.partition("/")
        pods = [pod for pod in state.store.objects("/pods", alike.namespace) if labels_of(pod).get("app") == name]
        if kind == "deployment" and pods:
            found[name] = await live.troubles("pod", namespace=alike.namespace, name=name_of(pods[0]))

    assert len(found) >= 12
    assert {name: troubles for name, troubles in found.items() if troubles} == {}


async def test_a_lost_node_is_found_out_and_another_passes(live: Live) -> None:
    nodes = live.region.plan.cluster("production").nodes
    lost = next(node.name for node in nodes if not node.ready)

    troubles = await live.troubles("node", name=lost)

    assert "Kubelet stopped posting node status" in troubles["NodeReady"]
    assert "shop/" in troubles["NodePodsTerminate"]
    assert await live.troubles("node", "staging", name=live.region.plan.cluster("staging").nodes[0].name) == {}


@pytest.mark.slow
async def test_a_cordoned_node_is_told(live: Live) -> None:
    state = live.states["staging"]
    node = next(state.store.objects("/nodes"))
    change(state, "/nodes", node, spec={**node["spec"], "unschedulable": True})

    assert list(await live.troubles("node", "staging", name=name_of(node))) == ["NodeSchedulable"]


@pytest.mark.slow
async def test_the_memory_of_a_node_tells_who_was_killed(live: Live) -> None:
    pod = first_pod(live, "oom-killed")

    troubles = await live.troubles("memory", node=pod["spec"]["nodeName"])

    assert name_of(pod) in troubles["MemoryContainerKills"]


async def test_a_service_with_a_wrong_selector_is_found_out(live: Live) -> None:
    about = incident("no-endpoints")

    troubles = await live.troubles("service", namespace=about.namespace, name=about.workload.partition("/")[2])

    assert about.facts["selector"] in troubles["ServiceSelector"]


@pytest.mark.slow
async def test_a_service_that_is_scaled_to_zero_passes(live: Live) -> None:
    assert await live.troubles("service", namespace="shop", name="flash-sale") == {}


async def test_an_ingress_without_its_service_is_found_out_and_another_passes(live: Live) -> None:
    about = incident("ingress-without-service")
    name = about.workload.partition("/")[2]

    troubles = await live.troubles("ingress", url=f"http://{name}.shop.example.com/orders?page=2")

    assert about.facts["backend"] in troubles["IngressBackendExists"]
    assert await live.troubles("ingress", url="https://shop.example.com") == {}


async def test_a_network_path_within_a_namespace_is_open_and_into_it_barred(live: Live) -> None:
    state = live.states["production"]
    source, target = (pod["status"]["podIP"] for pod in pods_of(state, "shop", "frontend")[:2])
    outsider = pods_of(state, "logistics", "dispatch")[0]["status"]["podIP"]

    assert await live.troubles("network", src=source, dst=target, dport="8080", protocol="tcp") == {}
    barred = await live.troubles("network", src=outsider, dst=target, dport="8080")
    assert barred == {"PathIngressPolicy": barred["PathIngressPolicy"]}
    assert "shop/default-deny-ingress" in barred["PathIngressPolicy"]


@pytest.mark.slow
async def test_a_network_path_to_a_port_that_nothing_listens_on_is_found_out(live: Live) -> None:
    source, target = (pod["status"]["podIP"] for pod in pods_of(live.states["staging"], "shop", "frontend")[:2])

    assert list(await live.troubles("network", "staging", src=source, dst=target, dport="9999")) == ["PathPort"]


@pytest.mark.slow
@pytest.mark.parametrize(("allowed", "barred"), [(8080, []), (80, ["PathIngressPolicy"])])
async def test_a_policy_names_the_port_of_the_pod_and_not_of_the_service(
    live: Live, allowed: int, barred: list[str]
) -> None:
    state = live.states["staging"]
    source = pods_of(state, "shop", "cart")[0]["status"]["podIP"]
    service = state.store.get("/services", "shop", "frontend")
    assert service is not None and service["spec"]["ports"][0]["targetPort"] == 8080
    policy = {"kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1", "metadata": {"name": "web"}}
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"ports": [{"port": allowed}]}]}
    change(state, "networking.k8s.io/networkpolicies", policy, metadata={"namespace": "shop"}, spec=spec)

    troubles = await live.troubles("network", "staging", src=source, dst=service["spec"]["clusterIP"], dport="80")

    assert list(troubles) == barred


def pods_of(state: ClusterState, namespace: str, app: str) -> list[Object]:
    pods = [pod for pod in state.store.objects("/pods", namespace) if labels_of(pod).get("app") == app]
    return [pod for pod in pods if dig(pod, "status", "podIP")]


@pytest.mark.parametrize(
    ("kind", "target", "said"),
    [
        ("pod", {"namespace": "shop", "name": "nobody"}, "pod shop/nobody not found"),
        ("node", {"name": "cn-hangzhou.10.9.9.9"}, "node cn-hangzhou.10.9.9.9 not found"),
        ("memory", {"node": "nobody"}, "node nobody not found"),
        ("service", {"namespace": "shop", "name": "nobody"}, "service shop/nobody not found"),
        ("ingress", {"url": "https://nobody.example.org"}, "no rule of an Ingress takes https://nobody.example.org"),
        ("network", {"src": "10.0.255.254", "dst": "172.21.0.10"}, "src 10.0.255.254 is no address"),
    ],
)
@pytest.mark.slow
async def test_a_target_that_does_not_exist_fails_the_diagnosis(
    live: Live, kind: str, target: dict[str, Any], said: str
) -> None:
    body = await live.finished(kind, **target)

    assert (body.status, body.code, body.result) == (2, 1, "")
    assert said in body.message


@pytest.mark.parametrize(
    ("kind", "target", "named"),
    [
        ("disk", {"name": "a"}, "type"),
        ("pod", {"name": "a"}, "target"),
        ("node", None, "target"),
        ("network", {"src": "10.0.0.1", "dst": "10.0.0.2", "dport": "http"}, "target"),
    ],
)
@pytest.mark.slow
async def test_a_malformed_request_is_refused(live: Live, kind: str, target: Any, named: str) -> None:
    request = models.CreateClusterDiagnosisRequest(type=kind, target=target)

    error = await live.sdk.refusal("create_cluster_diagnosis", live.cluster(), request)

    assert (error.status_code, error.code) == (400, "InvalidParameter")
    assert f"parameter {named} " in error.message


async def test_an_order_makes_the_next_diagnosis_fail_and_only_that(live: Live) -> None:
    node = live.region.plan.cluster("staging").nodes[0].name
    order = {"cluster": live.cluster("staging"), "next": "diagnosis", "fate": "fail"}
    await control(live.region, "POST", "examinations", order)

    assert [(await live.finished("node", "staging", name=node)).code for _ in range(2)] == [1, 0]


@pytest.mark.slow
async def test_an_endless_diagnosis_still_runs_after_a_day(live: Live) -> None:
    order = {"cluster": live.cluster(), "next": "diagnosis", "fate": "endless"}
    await control(live.region, "POST", "examinations", order)
    diagnosis_id = await live.create("node", name=live.region.plan.cluster("production").nodes[0].name)

    await control(live.region, "POST", "clock", {"advance_s": 86400})

    body = await live.result(diagnosis_id)
    assert (body.status, body.finished, body.result) == (1, "", "")


@pytest.mark.parametrize(
    "order",
    [
        {"cluster": "nobody", "next": "diagnosis"},
        {"cluster": "", "next": "diagnosis"},
        {"next": "check", "fate": "endless"},
        {"next": "inspection", "items": 0},
    ],
)
@pytest.mark.slow
async def test_an_order_that_means_nothing_is_refused(live: Live, order: dict[str, object]) -> None:
    reply = await ask_control(live.region, "POST", "examinations", {"cluster": live.cluster(), **order})

    assert (reply.status, bool(reply.json()["allowed"])) == (400, True)


@pytest.mark.slow
async def test_check_items_are_the_same_but_flat(live: Live) -> None:
    lost = next(node.name for node in live.region.plan.cluster("production").nodes if not node.ready)
    diagnosis_id = await live.create("node", name=lost)
    await control(live.region, "POST", "clock", {"advance_s": 6})

    path = f"/clusters/{live.cluster()}/diagnosis/{diagnosis_id}/check_items"
    body = (await signed_fetch(live.region, "GetClusterDiagnosisCheckItems", path)).json()

    assert list(differences(body, models.GetClusterDiagnosisCheckItemsResponseBody)) == []
    nested = items(await live.result(diagnosis_id))
    assert [(item["name"], item["level"]) for item in body["check_items"]] == [
        (item["name"], item["level"]) for item in nested
    ]


@pytest.mark.slow
async def test_the_answer_fits_the_model_of_the_real_sdk(live: Live) -> None:
    diagnosis_id = await live.create("node", name=live.region.plan.cluster("production").nodes[0].name)
    await control(live.region, "POST", "clock", {"advance_s": 6})

    path = f"/clusters/{live.cluster()}/diagnosis/{diagnosis_id}/result"
    body = (await signed_fetch(live.region, "GetClusterDiagnosisResult", path)).json()

    assert list(differences(body, models.GetClusterDiagnosisResultResponseBody)) == []
    assert json.loads(body["target"]) == {"name": live.region.plan.cluster("production").nodes[0].name}


@pytest.mark.slow
async def test_a_diagnosis_of_another_cluster_is_not_found(live: Live) -> None:
    diagnosis_id = await live.create("node", name=live.region.plan.cluster("production").nodes[0].name)
    request = models.GetClusterDiagnosisResultRequest()

    error = await live.sdk.refusal("get_cluster_diagnosis_result", live.cluster("staging"), diagnosis_id, request)

    assert (error.status_code, error.code) == (404, "DiagnosisNotFound")


@pytest.mark.slow
async def test_without_a_kubernetes_half_there_is_nothing_to_diagnose(region: Region) -> None:
    request = models.CreateClusterDiagnosisRequest(type="node", target={"name": "a"})

    error = await Sdk(region).refusal("create_cluster_diagnosis", region.plan.cluster("production").id, request)

    assert error.status_code == 501
