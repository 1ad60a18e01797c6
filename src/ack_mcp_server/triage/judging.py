"""From a scene to findings: every rule is asked, and causes are ordered by how sure they are."""

from collections.abc import Callable, Iterable, Iterator

from ack_mcp_server.triage.findings import Cause, Finding
from ack_mcp_server.triage.rules.cluster import autoscalers, claims, namespaces, nodes
from ack_mcp_server.triage.rules.config import config, creating
from ack_mcp_server.triage.rules.controllers import evictions, failures, jobs, not_created, rollout, terminating
from ack_mcp_server.triage.rules.crashes import crashes
from ack_mcp_server.triage.rules.gates import gates
from ack_mcp_server.triage.rules.images import images
from ack_mcp_server.triage.rules.probes import readiness
from ack_mcp_server.triage.rules.scheduling import scheduling
from ack_mcp_server.triage.rules.starting import unfinished
from ack_mcp_server.triage.rules.traffic import ingresses, services
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.workloads import Case, where

_OF_WORKLOADS: tuple[Callable[[Case], Iterable[Cause]], ...] = (
    images,
    config,
    creating,
    scheduling,
    gates,
    not_created,
    crashes,
    unfinished,
    readiness,
    evictions,
    jobs,
    failures,
    terminating,
)
_OF_THE_CLUSTER: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    nodes,
    services,
    ingresses,
    claims,
    autoscalers,
    namespaces,
)
_MOST_CAUSES = 3


def judged(case: Case) -> Finding:
    causes = sorted((cause for rule in _OF_WORKLOADS for cause in rule(case)), key=lambda each: -each.weight)
    told = tuple(causes[:_MOST_CAUSES]) or tuple(rollout(case)) or (_unexplained(case),)
    return Finding(subject=case.ref, state=case.state, severity=case.severity, causes=told)


def of_the_cluster(scene: Scene, namespace: str) -> list[Finding]:
    """Within a namespace, only nodes that hold its pods, and the namespace itself."""
    found = [finding for rule in _OF_THE_CLUSTER for finding in rule(scene)]
    return [finding for finding in found if not namespace or _concerns(finding, scene, namespace)]


def _concerns(finding: Finding, scene: Scene, namespace: str) -> bool:
    if finding.subject.kind == "node":
        return finding.subject.name in scene.pods_by_node
    return finding.subject.kind != "namespace" or finding.subject.name == namespace


def _unexplained(case: Case) -> Cause:
    return Cause(
        kind="Unexplained",
        says=f"{case.ready} of {case.wanted} pods are ready, and nothing that was read tells why",
        weight=10,
        next=f"describe {case.ref}{where(case.ref)}",
    )
