"""What stands in the clusters: as many pods as promised, real chains of owners, and canaries to search for."""

import base64
import gzip
import json
from datetime import UTC, datetime
from functools import lru_cache

import pytest

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.world import Population
from ack_sandbox.plan import Role, plan_region
from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Json

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CANARY = "DO-NOT-LEAK"


@lru_cache
def _populate(role: Role, seed: int = 1, pods: int | None = None) -> Population:
    plan = plan_region(seed, pods).cluster(role)
    return populate(plan, Clock(source=lambda: NOON), Draws(seed).at(role), pods=pods)


def _of(population: Population, kind: str) -> list[Json]:
    return [each for each in population.objects if each["kind"] == kind]


@pytest.mark.parametrize("role, least, most", [("staging", 31, 31), ("private", 12, 12), ("production", 330, 370)])
def test_a_cluster_holds_as_many_pods_as_promised(role: Role, least: int, most: int) -> None:
    assert least <= len(_of(_populate(role), "Pod")) <= most


def test_production_grows_to_the_scale_asked_for() -> None:
    assert len(_of(_populate.__wrapped__("production", pods=1200), "Pod")) == 1200


def test_the_same_seed_gives_the_same_cluster() -> None:
    assert _populate("production").objects == _populate.__wrapped__("production").objects


def test_another_seed_gives_another_cluster() -> None:
    first, second = ({each["metadata"]["name"] for each in _of(_populate("staging", seed), "Pod")} for seed in (1, 2))
    assert not first & second


def test_every_owner_exists(production: Cluster) -> None:
    population = production.server.population
    assert population is not None
    uids = {each["metadata"]["uid"] for each in population.objects}
    owners = [owner for each in population.objects for owner in each["metadata"].get("ownerReferences", [])]
    assert owners and all(owner["uid"] in uids for owner in owners)


def test_pods_carry_the_hash_of_their_replica_set() -> None:
    pods = [each for each in _of(_populate("production"), "Pod") if "pod-template-hash" in each["metadata"]["labels"]]
    for pod in pods:
        owner = pod["metadata"]["ownerReferences"][0]["name"]
        assert owner.endswith(pod["metadata"]["labels"]["pod-template-hash"]) and pod["metadata"]["name"].startswith(
            owner
        )


def test_stateful_pods_are_numbered() -> None:
    names = [each["metadata"]["name"] for each in _of(_populate("production"), "Pod")]
    assert {"orders-db-0", "orders-db-1", "orders-db-2"} <= set(names)


def test_a_cron_job_owns_the_jobs_that_own_the_pods() -> None:
    population = _populate("production")
    job = next(each for each in _of(population, "Job") if each["metadata"]["name"].startswith("fx-import-"))
    assert job["metadata"]["ownerReferences"][0]["kind"] == "CronJob"
    assert any(
        pod["metadata"].get("ownerReferences", [{}])[0].get("uid") == job["metadata"]["uid"]
        for pod in _of(population, "Pod")
    )


def test_no_two_pods_share_an_address() -> None:
    pods = [each for each in _of(_populate("production"), "Pod") if not each["spec"].get("hostNetwork")]
    addresses = [each["status"]["podIP"] for each in pods if "podIP" in each["status"]]
    assert len(set(addresses)) == len(addresses)


def test_no_two_services_share_an_address() -> None:
    services = _of(_populate("production", pods=1000), "Service")
    addresses = [each["spec"]["clusterIP"] for each in services if each["spec"]["clusterIP"] != "None"]
    assert len(set(addresses)) == len(addresses)


def test_nodes_are_those_of_the_plan() -> None:
    planned = [node.name for node in plan_region(1).cluster("production").nodes]
    assert [each["metadata"]["name"] for each in _of(_populate("production"), "Node")] == planned


def test_no_node_is_asked_for_more_than_it_has() -> None:
    requested: dict[str, int] = {}
    for pod in _of(_populate("production"), "Pod"):
        for container in pod["spec"]["containers"]:
            text = container["resources"]["requests"]["cpu"]
            cpu = int(text[:-1]) if text.endswith("m") else int(text) * 1000
            node = pod["spec"].get("nodeName", "")
            requested[node] = requested.get(node, 0) + cpu
    requested.pop("")
    assert max(requested.values()) < 7900


def test_newer_objects_have_newer_versions(production: Cluster) -> None:
    namespaces = production.api.get("/api/v1/namespaces").json["items"]
    aged = sorted(namespaces, key=lambda each: str(each["metadata"]["creationTimestamp"]))
    assert int(aged[0]["metadata"]["resourceVersion"]) < int(aged[-1]["metadata"]["resourceVersion"])


def test_no_event_is_older_than_an_hour() -> None:
    last = [each["lastTimestamp"] for each in _of(_populate("production"), "Event")]
    assert last and min(last) >= "2026-03-02T11:00:00Z"


def test_finance_has_its_own_namespace_and_no_shop() -> None:
    names = {each["metadata"]["name"] for each in _of(_populate("private"), "Namespace")}
    assert "finance" in names and "shop" not in names


@pytest.mark.parametrize(
    "kind", ["Opaque", "kubernetes.io/dockerconfigjson", "kubernetes.io/tls", "kubernetes.io/service-account-token"]
)
def test_every_type_of_secret_holds_a_canary(kind: str) -> None:
    secrets = [each for each in _of(_populate("production"), "Secret") if each["type"] == kind]
    assert secrets
    for secret in secrets:
        assert CANARY in "".join(base64.b64decode(value).decode() for value in secret["data"].values())


def test_a_helm_release_holds_a_canary_inside_its_packing() -> None:
    secret = next(each for each in _of(_populate("staging"), "Secret") if each["type"] == "helm.sh/release.v1")
    packed = base64.b64decode(base64.b64decode(secret["data"]["release"]))
    assert CANARY in gzip.decompress(packed).decode()


@pytest.mark.parametrize(
    "kind, where",
    [
        ("ConfigMap", ("data",)),
        ("ConfigMap", ("metadata", "annotations")),
        ("Secret", ("metadata", "annotations")),
        ("Deployment", ("metadata", "annotations")),
        ("Deployment", ("spec", "template", "spec", "containers", 0, "env")),
        ("Deployment", ("spec", "template", "spec", "containers", 0, "args")),
        ("Backup", ("spec", "connection")),
        ("Tenant", ("spec", "apiKey")),
    ],
)
def test_a_canary_sits_in(kind: str, where: tuple[str | int, ...]) -> None:
    assert any(CANARY in json.dumps(_at(each, where)) for each in _of(_populate("production"), kind))


def _at(found: object, where: tuple[str | int, ...]) -> object:
    for step in where:
        if isinstance(found, list) and isinstance(step, int):
            found = found[step]
        elif isinstance(found, dict) and isinstance(step, str):
            found = found.get(step)
    return found


@pytest.mark.parametrize("shown", ["Authorization: Bearer ", "AccessKeySecret=", "postgres://shop:"])
def test_a_canary_is_logged(staging: Cluster, shown: str) -> None:
    name = staging.api.names("/api/v1/namespaces/shop/pods?labelSelector=app%3Dshop-gateway")[0]
    lines = staging.api.get(f"/api/v1/namespaces/shop/pods/{name}/log?tailLines=200").text.splitlines()
    assert any(shown in line and CANARY in line for line in lines)


def test_databases_are_guaranteed_their_resources() -> None:
    pods = {each["metadata"]["name"]: each["status"]["qosClass"] for each in _of(_populate("production"), "Pod")}
    assert pods["orders-db-0"] == "Guaranteed" and "Burstable" in pods.values()
