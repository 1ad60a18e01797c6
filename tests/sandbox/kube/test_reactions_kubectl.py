"""Repairs by the real kubectl: written, waited for, and verified with its own commands."""

from collections.abc import Callable

import pytest

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import needs_kubectl

pytestmark = [needs_kubectl, pytest.mark.slow]
REGISTRY = "registry.example.com"


def _facts(cluster: Cluster, identity: str) -> tuple[str, str, dict[str, str]]:
    """Namespace, name and figures of an incident."""
    assert cluster.server.population is not None
    found = next(each for each in cluster.server.population.incidents if each.id == identity)
    return found.namespace, found.workload.partition("/")[2], found.facts


def _raise_memory(cluster: Cluster, space: str, name: str, facts: dict[str, str]) -> None:
    cluster.kubectl(f"set resources deploy/{name} -n {space} --limits=memory=1Gi")


def _fix_tag(cluster: Cluster, space: str, name: str, facts: dict[str, str]) -> None:
    cluster.kubectl(f"set image deploy/{name} -n {space} app={REGISTRY}/shop/{name}:v3.9.4")


def _undo(cluster: Cluster, space: str, name: str, facts: dict[str, str]) -> None:
    cluster.kubectl(f"rollout undo deploy/{name} -n {space}")


def _create_settings(cluster: Cluster, space: str, name: str, facts: dict[str, str]) -> None:
    cluster.kubectl(f"create configmap {facts['config_map']} -n {space} --from-literal=MODE=full")


def _label_node(cluster: Cluster, space: str, name: str, facts: dict[str, str]) -> None:
    cluster.kubectl(f"label node cn-hangzhou.10.0.1.10 {facts['selector']}")


Repair = Callable[[Cluster, str, str, dict[str, str]], None]
REPAIRS: dict[str, Repair] = {
    "oom-killed": _raise_memory,
    "image-tag-missing": _fix_tag,
    "stuck-rollout": _undo,
    "missing-config-map": _create_settings,
    "pending-selector": _label_node,
}


def test_repairs_are_rolled_out(ailing: Cluster) -> None:
    """One cluster serves all: its incidents do not know of each other."""
    for identity, repair in REPAIRS.items():
        repair(ailing, *_facts(ailing, identity))
    for _ in range(60):
        ailing.advance(5)
        ailing.api.get("/version")
    for identity in REPAIRS:
        space, name, _ = _facts(ailing, identity)
        assert "successfully rolled out" in ailing.kubectl(f"rollout status deploy/{name} -n {space}")


def test_a_drained_node_is_empty_but_for_daemons(scratch: Cluster) -> None:
    name = scratch.api.names("/api/v1/nodes")[0]
    assert "drained" in scratch.kubectl(f"drain {name} --ignore-daemonsets --delete-emptydir-data --timeout=20s")
    scratch.advance(30)
    owners = scratch.kubectl(
        f"get pods -A --field-selector spec.nodeName={name} -o jsonpath={{.items[*].metadata.ownerReferences[0].kind}}"
    )
    assert set(owners.split()) == {"DaemonSet"}


def test_waiting_for_a_deletion_ends(scratch: Cluster) -> None:
    scratch.kubectl("delete namespace shop --wait=false")
    for _ in range(4):
        scratch.advance(3)
        scratch.api.get("/version")
    scratch.kubectl("wait namespace/shop --for=delete --timeout=10s")
    assert "NotFound" in scratch.kubectl.error("get namespace shop")


@pytest.mark.parametrize("kind, name", [("daemonset", "csi-plugin"), ("deployment", "coredns")])
def test_a_restart_is_waited_for(scratch: Cluster, kind: str, name: str) -> None:
    scratch.kubectl(f"rollout restart {kind}/{name} -n kube-system")
    for _ in range(12):
        scratch.advance(5)
        scratch.api.get("/version")
    assert "successfully rolled out" in scratch.kubectl(f"rollout status {kind}/{name} -n kube-system --timeout=10s")
