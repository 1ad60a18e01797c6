"""Pods that find no node: what the scheduler says, held against what the nodes have."""

import re
from collections.abc import Iterator

from ack_mcp_server.kube.native.quantities import billionths
from ack_mcp_server.kube.objects import Object, condition, dig, items, name_of, namespace_of, part, text
from ack_mcp_server.triage.containers import runs_on, serving
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.pods import Trouble
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.workloads import Case, where

_SHORT = re.compile(r"Insufficient ([a-zA-Z0-9./_-]{0,100}[a-zA-Z0-9])")
_NO_CLAIM = re.compile(r'persistentvolumeclaim "([^"]{1,253})" not found')
_TAINT = re.compile(r"untolerated taint \{([^}:]{1,200})")
_PREEMPTION = re.compile(r"\s*preemption: .*$", re.S)
_BILLION = 10**9
_OWN_TAINTS = ("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready", "node.kubernetes.io/unschedulable")


def scheduling(case: Case) -> Iterator[Cause]:
    for trouble in case.of("unscheduled")[:1]:
        said = _said(case, trouble)
        found = [
            *_of_claims(case, trouble, said),
            *_of_resources(case, trouble, said),
            *_of_selectors(case, trouble, said),
        ]
        found += [*_of_nodes(case, trouble, said)]
        yield from found or [_unexplained(case, trouble, said)]


def _said(case: Case, trouble: Trouble) -> str:
    told = [text(event, "message") for event in case.scene.events(trouble.pod, "FailedScheduling")]
    return _PREEMPTION.sub("", next(iter(told), trouble.message))


def _cause(case: Case, trouble: Trouble, said: str, kind: str, says: str, command: str, weight: int = 90) -> Cause:
    return Cause(
        kind=kind, says=says, evidence=(f"scheduler: {said}",), weight=weight, next=command, since=trouble.since
    )


def _of_resources(case: Case, trouble: Trouble, said: str) -> Iterator[Cause]:
    for resource in dict.fromkeys(_SHORT.findall(said)):
        asked = request_of(trouble.pod, resource)
        largest = max((_allocatable(node, resource) for node in _usable(case.scene)), default=0)
        shown = f"{_amount(asked, resource)} {resource}"
        if not case.scene.knows("Node"):
            kind, says = "InsufficientResources", f"each pod requests {shown}, and no node has so much free"
        elif asked > largest:
            kind = "RequestTooLarge"
            says = f"each pod requests {shown}, more than any node has (the largest: {_amount(largest, resource)})"
        else:
            kind = "InsufficientResources"
            says = f"each pod requests {shown}; nodes are that large (up to {_amount(largest, resource)}), but full"
        yield _cause(case, trouble, said, kind, says, _room_command(case, kind), 92)


def _room_command(case: Case, kind: str) -> str:
    if kind == "RequestTooLarge" and case.ref.kind in ("deployment", "statefulset", "daemonset"):
        return f"set resources {case.ref}{where(case.ref)} --requests=…, or a node pool with larger instances"
    return "top nodes; list_cluster_nodepools (a pool may be scaled out)"


def _of_selectors(case: Case, trouble: Trouble, said: str) -> Iterator[Cause]:
    if "node affinity" not in said and "node selector" not in said:
        return
    unmet = [
        f"{key}={value}"
        for key, value in part(trouble.pod, "spec", "nodeSelector").items()
        if case.scene.knows("Node") and not any(_labels(node).get(key) == value for node in case.scene.all("Node"))
    ]
    if unmet:
        says = f"no node has the label {', '.join(unmet)} that its nodeSelector asks for"
        yield _cause(
            case, trouble, said, "NodeSelectorUnmatched", says, f"get nodes -L {unmet[0].partition('=')[0]}", 93
        )
    elif "volume node affinity" in said:
        says = "its volume can only be attached in another zone than the nodes that have room"
        yield _cause(case, trouble, said, "VolumeZoneConflict", says, f"get pvc{where(case.ref)} -o wide", 93)
    else:
        says = "its node affinity or selector matches no node that has room"
        yield _cause(case, trouble, said, "NodeAffinityUnmatched", says, "get nodes --show-labels", 75)


def _of_claims(case: Case, trouble: Trouble, said: str) -> Iterator[Cause]:
    if found := _NO_CLAIM.search(said):
        says = f'PersistentVolumeClaim "{found[1]}", which the pod mounts, does not exist'
        yield _cause(case, trouble, said, "PersistentVolumeClaimMissing", says, f"get pvc{where(case.ref)}", 95)
    elif "unbound" in said and "PersistentVolumeClaim" in said:
        yield _unbound(case, trouble, said)


def _unbound(case: Case, trouble: Trouble, said: str) -> Cause:
    for claim in filter(None, (_claim(case, trouble.pod, volume) for volume in items(trouble.pod, "spec", "volumes"))):
        if text(claim, "status", "phase") == "Bound":
            continue
        name, wanted = name_of(claim), text(claim, "spec", "storageClassName")
        events = [text(event, "message") for event in case.scene.events(claim, "ProvisioningFailed", "FailedBinding")]
        evidence = (f"event of pvc/{name}: {events[0]}",) if events else (f"scheduler: {said}",)
        kind, why = "ClaimUnbound", "has no volume yet"
        if wanted and case.scene.knows("StorageClass") and not case.scene.find("StorageClass", "", wanted):
            there = ", ".join(name_of(each) for each in case.scene.all("StorageClass")[:6])
            kind, why = (
                "StorageClassMissing",
                f'names the storage class "{wanted}", which does not exist (there: {there})',
            )
        says = f"its claim {name} {why}"
        command = f"describe pvc {name}{where(case.ref)}"
        return Cause(kind=kind, says=says, evidence=evidence, weight=94, next=command, since=trouble.since)
    return _cause(case, trouble, said, "ClaimUnbound", "its claims have no volume", f"get pvc{where(case.ref)}", 80)


def _claim(case: Case, pod: Object, volume: Object) -> Object:
    name = text(volume, "persistentVolumeClaim", "claimName")
    return case.scene.find("PersistentVolumeClaim", namespace_of(pod), name) if name else {}


def _of_nodes(case: Case, trouble: Trouble, said: str) -> Iterator[Cause]:
    if "were unschedulable" in said:
        cordoned = [name_of(node) for node in case.scene.all("Node") if dig(node, "spec", "unschedulable")]
        says = f"nodes are cordoned: {', '.join(cordoned) or 'which ones is not known'}"
        yield _cause(case, trouble, said, "NodesCordoned", says, f"uncordon {' '.join(cordoned[:3])}", 85)
    taints = [taint for taint in _TAINT.findall(said) if taint not in _OWN_TAINTS]
    if taints:
        says = f"the pod does not tolerate the taint {', '.join(dict.fromkeys(taints))} of the nodes"
        yield _cause(case, trouble, said, "TaintNotTolerated", says, "describe nodes", 84)
    for words, kind, says in _OTHERS:
        if words in said:
            yield _cause(case, trouble, said, kind, says, "get pods -A -o wide", 85)


_OTHERS = (
    ("Too many pods", "TooManyPods", "the nodes hold as many pods as they may"),
    ("free ports", "HostPortTaken", "the host port that the pod asks for is taken on every node"),
    ("anti-affinity", "AntiAffinity", "its anti-affinity rules leave no node for another pod"),
    ("topology spread", "TopologySpread", "its topology spread constraints leave no node for another pod"),
    ("pod affinity", "PodAffinity", "its pod affinity rules match no node with room"),
)


def _unexplained(case: Case, trouble: Trouble, said: str) -> Cause:
    command = f"describe pod {name_of(trouble.pod)}{where(case.ref)}"
    if not said:
        return Cause(kind="Unscheduled", says="no scheduler has looked at it yet", weight=40, next=command)
    return _cause(case, trouble, said, "Unscheduled", "no node takes it", command, 60)


def request_of(pod: Object, resource: str) -> int:
    """Of its containers together, or of the largest that runs before them; in billionths."""
    together = sum(_requested(each, resource) for each in serving(pod))
    before = [_requested(each, resource) for each in items(pod, "spec", "initContainers") if not runs_on(each)]
    return max([together, *before]) + _read(text(part(pod, "spec", "overhead"), resource))


def _requested(container: Object, resource: str) -> int:
    return _read(text(part(container, "resources", "requests"), resource))


def _allocatable(node: Object, resource: str) -> int:
    return _read(text(part(node, "status", "allocatable"), resource))


def _read(amount: str) -> int:
    try:
        return billionths(amount) if amount else 0
    except ValueError:
        return 0


def _usable(scene: Scene) -> list[Object]:
    return [node for node in scene.all("Node") if text(condition(node, "Ready"), "status") == "True"]


def _amount(amount: int, resource: str) -> str:
    if resource in ("memory", "ephemeral-storage"):
        return f"{amount / _BILLION / 2**30:.3g}Gi"
    return f"{amount / _BILLION:g}"


def _labels(node: Object) -> Object:
    return part(node, "metadata", "labels")
