"""Each incident is visible the way a real cluster shows it, and each look-alike is well."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

import pytest

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.incident import Incident
from ack_sandbox.kube.population.world import Population
from ack_sandbox.plan import plan_region
from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Json, needs_kubectl

KINDS = {
    "oom-killed": "CrashLoopBackOff",
    "crash-loop": "CrashLoopBackOff",
    "image-tag-missing": "ImagePullBackOff",
    "image-no-access": "ImagePullBackOff",
    "addon-upgrade": "ImagePullBackOff",
    "pending-cpu": "Pending",
    "pending-selector": "Pending",
    "pending-claim": "Pending",
    "missing-config-map": "CreateContainerConfigError",
    "missing-secret": "ContainerCreating",
    "readiness-503": "0/1     Running",
    "liveness-kills": "0/1     Running",
    "init-failure": "Init:CrashLoopBackOff",
    "sidecar-panic": "1/2     CrashLoopBackOff",
    "stuck-rollout": "0/1     Running",
    "failed-job": "Error",
    "evicted": "Evicted",
}
OTHERS = (
    "quota-exceeded",
    "no-endpoints",
    "ingress-without-service",
    "namespace-terminating",
    "node-lost",
)


@lru_cache
def _population(seed: int) -> Population:
    return populate(plan_region(seed).cluster("production"), Clock(), Draws(seed).at("production"))


def _incident(cluster: Cluster, identity: str) -> Incident:
    assert cluster.server.population is not None
    return next(each for each in cluster.server.population.incidents if each.id == identity)


def _pods(cluster: Cluster, incident: Incident) -> list[Json]:
    name = incident.workload.partition("/")[2]
    items = cluster.api.get(f"/api/v1/namespaces/{incident.namespace or 'default'}/pods").json["items"]
    return [item for item in items if item["metadata"].get("labels", {}).get("app") == name]


def test_every_incident_is_planted_once(production: Cluster) -> None:
    assert production.server.population is not None
    found = [incident.id for incident in production.server.population.incidents]
    assert sorted(found) == sorted({*KINDS, *OTHERS})


@pytest.fixture(scope="module")
def listed(production: Cluster) -> list[str]:
    """The lines of all pods, each with its label `app` at the end."""
    return [re.sub(" +", " ", line).rstrip() for line in production.kubectl("get pods -A -L app").splitlines()]


@needs_kubectl
@pytest.mark.parametrize("identity, shown", KINDS.items())
def test_the_pod_list_shows(production: Cluster, listed: list[str], identity: str, shown: str) -> None:
    incident = _incident(production, identity)
    name = incident.workload.partition("/")[2]
    theirs = [line for line in listed if line.startswith(f"{incident.namespace} ") and line.endswith(f" {name}")]
    assert any(re.sub(" +", " ", shown) in line for line in theirs), theirs


@pytest.mark.parametrize("identity", [*KINDS, *OTHERS])
def test_the_evidence_can_be_found(production: Cluster, identity: str) -> None:
    incident = _incident(production, identity)
    found = _everything_about(production, incident)
    assert [phrase for phrase in incident.evidence if phrase not in found] == []


GROUPS = (
    "api/v1",
    "apis/apps/v1",
    "apis/batch/v1",
    "apis/networking.k8s.io/v1",
    "apis/ops.example.com/v1alpha1",
)


def _objects_of(cluster: Cluster, namespace: str) -> Iterator[str]:
    for path in GROUPS:
        for resource in cluster.api.get(f"/{path}").json["resources"]:
            if "list" in resource["verbs"] and resource["namespaced"]:
                yield cluster.api.get(f"/{path}/namespaces/{namespace}/{resource['name']}").text


def _everything_about(cluster: Cluster, incident: Incident) -> str:
    """What an operator would read: objects, events and logs of the namespace, with `key: value` as describe writes."""
    space = incident.namespace or "default"
    texts = list(_objects_of(cluster, space))
    if incident.workload.startswith("ingress/"):
        controller = cluster.api.names(
            "/api/v1/namespaces/kube-system/pods?labelSelector=app%3Dnginx-ingress-controller"
        )
        path = f"/api/v1/namespaces/kube-system/pods/{controller[0]}/log?tailLines=200"
        texts.append(cluster.api.get(path).text)
    for path in (f"/api/v1/namespaces/{space}", "/api/v1/nodes"):
        texts.append(cluster.api.get(path).text)
    for pod in _pods(cluster, incident):
        for container in pod["spec"].get("initContainers", []) + pod["spec"]["containers"]:
            query = f"log?container={container['name']}&tailLines=30"
            texts.append(cluster.api.get(f"/api/v1/namespaces/{space}/pods/{pod['metadata']['name']}/{query}").text)
    joined = "\n".join(texts)
    labels = re.findall(r'"app":"([^"]+)"', joined)
    plain = joined.replace('\\"', '"')
    selectors = re.findall(r'"(?:nodeSelector|requests)":\{"([\w./-]+)":"([^"]+)"', joined)
    derived = [f"app={label}" for label in labels] + [f"{key}: {value}" for key, value in selectors]
    return "\n".join([plain, *derived, "Init:CrashLoopBackOff" if '"initContainerStatuses"' in joined else ""])


def test_an_out_of_memory_kill_says_so_in_its_last_state(production: Cluster) -> None:
    pods = _pods(production, _incident(production, "oom-killed"))
    ends = {pod["status"]["containerStatuses"][0]["lastState"]["terminated"]["exitCode"] for pod in pods}
    assert ends == {137}


def test_an_out_of_memory_candidate_uses_nearly_its_limit(production: Cluster) -> None:
    incident = _incident(production, "oom-killed")
    name, limit = incident.workload.partition("/")[2], int(incident.facts["limit"].removesuffix("Mi"))
    path = f"/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3D{name}"
    used = [int(pod["containers"][0]["usage"]["memory"][:-2]) / 1024 for pod in production.api.get(path).json["items"]]
    assert used and all(0.9 * limit < each < limit for each in used)


def test_a_crash_loop_tells_its_error_in_the_former_log(production: Cluster) -> None:
    incident = _incident(production, "crash-loop")
    name = _pods(production, incident)[0]["metadata"]["name"]
    text = production.api.get(f"/api/v1/namespaces/payments/pods/{name}/log?previous=true").text
    assert incident.evidence[0] in text


def test_a_stuck_rollout_keeps_its_old_pods(production: Cluster) -> None:
    incident = _incident(production, "stuck-rollout")
    name = incident.workload.partition("/")[2]
    found = production.api.get(f"/apis/apps/v1/namespaces/logistics/deployments/{name}").json["status"]
    assert (found["readyReplicas"], found["updatedReplicas"], found["replicas"]) == (3, 2, 5)


@needs_kubectl
def test_kubectl_gives_up_on_a_stuck_rollout(production: Cluster) -> None:
    name = _incident(production, "stuck-rollout").workload.partition("/")[2]
    error = production.kubectl.error(f"rollout status deploy/{name} -n logistics")
    assert f'deployment "{name}" exceeded its progress deadline' in error


def test_a_service_with_a_wrong_selector_has_no_endpoints(production: Cluster) -> None:
    name = _incident(production, "no-endpoints").workload.partition("/")[2]
    assert "subsets" not in production.api.get(f"/api/v1/namespaces/shop/endpoints/{name}").json


def test_pods_of_a_lost_node_are_terminating_and_replaced(production: Cluster) -> None:
    pods = production.api.get("/api/v1/namespaces/shop/pods?labelSelector=app%3Dreviews").json["items"]
    assert sorted("deletionTimestamp" in pod["metadata"] for pod in pods) == [False, False, True]


def test_the_lost_node_is_tainted(production: Cluster) -> None:
    node = production.api.get("/api/v1/nodes/cn-hangzhou.10.0.1.17").json
    assert {taint["effect"] for taint in node["spec"]["taints"]} == {"NoSchedule", "NoExecute"}


def test_every_look_alike_is_well(production: Cluster) -> None:
    assert production.server.population is not None
    alike = [each for each in production.server.population.look_alikes if each.workload.startswith("deployment/")]
    unwell = []
    for each in alike:
        path = f"/apis/apps/v1/namespaces/{each.namespace}/deployments/{each.workload.partition('/')[2]}"
        found = production.api.get(path).json
        if found["status"].get("readyReplicas", 0) != found["spec"]["replicas"]:
            unwell.append(each.workload)
    assert len(alike) == 14 and unwell == []


def test_each_look_alike_resembles_a_planted_incident(production: Cluster) -> None:
    population = production.server.population
    assert population is not None
    assert {each.incident for each in population.look_alikes} == {*KINDS, *OTHERS}


def test_names_and_figures_vary_with_the_seed() -> None:
    told = [json.dumps([vars(each) for each in _population(seed).incidents]) for seed in (2, 3, 4)]
    assert len(set(told)) == 3


@pytest.mark.parametrize("seed", range(2, 7))
def test_no_seed_gives_two_objects_one_name(seed: int) -> None:
    objects = _population(seed).objects
    names = {(each["kind"], each["metadata"].get("namespace"), each["metadata"]["name"]) for each in objects}
    assert len(names) == len(objects)
