"""Trouble of the cluster itself: nodes, namespaces that do not end, claims, autoscalers."""

from collections.abc import Iterator

from ack_mcp_server.kube.objects import (
    NOTHING,
    Object,
    condition,
    dig,
    is_true,
    items,
    name_of,
    namespace_of,
    ref_of,
    text,
    time_of,
)
from ack_mcp_server.triage.findings import Cause, Finding
from ack_mcp_server.triage.pods import STUCK
from ack_mcp_server.triage.rules.condition_names import says_trouble
from ack_mcp_server.triage.scene import Scene

_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
_ORDINARY = ("Ready", *_PRESSURES)
_BAD_WHEN_FALSE = ("SufficientIP",)  # Terway's: no addresses are left for pods


def nodes(scene: Scene) -> Iterator[Finding]:
    for node in scene.all("Node"):
        causes = tuple(_of_node(scene, node))
        if causes and not _is_joining(scene, node):
            state, severity = _node_state(node)
            yield Finding(subject=ref_of(node), state=state, severity=severity, causes=causes)


def _is_joining(scene: Scene, node: Object) -> bool:
    created = time_of(node, "metadata", "creationTimestamp")
    return bool(created and scene.now - created < STUCK)


def _node_state(node: Object) -> tuple[str, float]:
    if not is_true(node, "Ready"):
        return "NotReady", 90
    pressure = any(is_true(node, each) for each in _PRESSURES)
    return (
        ("under pressure", 75) if pressure else ("cordoned" if dig(node, "spec", "unschedulable") else "a problem", 35)
    )


def _of_node(scene: Scene, node: Object) -> Iterator[Cause]:
    name = name_of(node)
    if not is_true(node, "Ready"):
        yield _not_ready(scene, node)
    for each in _PRESSURES:
        if is_true(node, each):
            found = condition(node, each)
            yield Cause(
                kind=each, says=f"it reports {each}", weight=92,
                evidence=(f"status: {text(found, 'reason')}: {text(found, 'message')}",),
                next=f"describe node {name}; top node {name}", since=time_of(found, "lastTransitionTime"),
            )  # fmt: skip
    yield from _reported(node)
    if dig(node, "spec", "unschedulable"):
        yield _cordoned(node)


def _not_ready(scene: Scene, node: Object) -> Cause:
    ready = condition(node, "Ready")
    name, unknown = name_of(node), text(ready, "status") == "Unknown"
    pods = scene.pods_by_node.get(name, [])
    ending = sum(bool(text(pod, "metadata", "deletionTimestamp")) for pod in pods)
    bound = f"; {len(pods)} pods are bound to it{f', {ending} of them cannot finish terminating' * bool(ending)}"
    says = (
        "its kubelet stopped reporting: the machine or its network is gone"
        if unknown
        else "its kubelet says that it is not ready"
    )
    return Cause(
        kind="NodeLost" if unknown else "NodeNotReady",
        says=f"{says}{bound}",
        evidence=(f"status: {text(ready, 'reason')}: {text(ready, 'message')}",),
        weight=95,
        next=f"diagnose_resource(resource_type=node, name={name}); list_cluster_nodes(node_names=[{name}])",
        since=time_of(ready, "lastTransitionTime"),
    )


def _reported(node: Object) -> Iterator[Cause]:
    """Conditions of node problem detectors and network plugins."""
    for each in items(node, "status", "conditions"):
        kind, status = text(each, "type"), text(each, "status")
        if kind not in _ORDINARY and _is_bad(kind, status):
            said = f"status {kind}={status}: {text(each, 'reason')}: {text(each, 'message')}"
            yield Cause(
                kind="NodeProblem", says=f"it reports {kind}={status}", evidence=(said,), weight=80,
                next=f"describe node {name_of(node)}", since=time_of(each, "lastTransitionTime"),
            )  # fmt: skip


def _is_bad(kind: str, status: str) -> bool:
    if kind in _BAD_WHEN_FALSE:
        return status == "False"
    return status == "True" and says_trouble(kind)


def _cordoned(node: Object) -> Cause:
    taints = items(node, "spec", "taints")
    taint = next((each for each in taints if text(each, "key") == "node.kubernetes.io/unschedulable"), NOTHING)
    return Cause(
        kind="NodeCordoned",
        says="somebody cordoned it: no new pods are placed on it",
        evidence=("spec.unschedulable: true",),
        weight=90,
        next=f"uncordon {name_of(node)} (query_audit_log(resource_types=[nodes], verbs=[patch]) tells who cordoned it)",
        since=time_of(taint, "timeAdded"),
    )


def namespaces(scene: Scene) -> Iterator[Finding]:
    for space in scene.all("Namespace"):
        since = time_of(space, "metadata", "deletionTimestamp")
        if since and scene.now - since > STUCK:
            cause = _not_ending(space)
            yield Finding(subject=ref_of(space), state="Terminating", severity=30, causes=(cause,))


def _not_ending(space: Object) -> Cause:
    told = [c for c in items(space, "status", "conditions") if text(c, "status") == "True"]
    messages = {text(each, "type"): text(each, "message") for each in told}
    finalizers = messages.get("NamespaceFinalizersRemaining", "")
    remaining = messages.get("NamespaceContentRemaining", "")
    failing = messages.get("NamespaceDeletionDiscoveryFailure") or messages.get("NamespaceDeletionContentFailure", "")
    if finalizers:
        kind, says = (
            "FinalizerStuck",
            f"what is left in it carries finalizers that nobody removes ({_after(finalizers)})",
        )
    elif failing:
        kind, says = "NamespaceDeletionFailing", "its contents cannot be found or deleted"
    else:
        kind, says = "NamespaceTerminating", "its contents are not gone yet"
    evidence = tuple(f"status: {each}" for each in (finalizers, remaining, failing) if each)
    kinds = [word.partition(".")[0] for word in remaining.split() if "." in word.strip(".")]
    command = (
        f"get {','.join(kinds[:3])} -n {name_of(space)} -o yaml" if kinds else f"get namespace {name_of(space)} -o yaml"
    )
    return Cause(
        kind=kind,
        says=says,
        evidence=evidence,
        weight=94,
        next=command,
        since=time_of(space, "metadata", "deletionTimestamp"),
    )


def _after(message: str) -> str:
    return message.rpartition(": ")[2]


def claims(scene: Scene) -> Iterator[Finding]:
    """Volumes that were lost. One that only waits is told of the pod that waits for it."""
    for claim in scene.all("PersistentVolumeClaim"):
        if text(claim, "status", "phase") == "Lost":
            name, space = name_of(claim), namespace_of(claim)
            cause = Cause(
                kind="VolumeLost", says="the volume that it was bound to is gone", evidence=("status: Lost",),
                weight=95, next=f"describe pvc {name} -n {space}",
            )  # fmt: skip
            yield Finding(subject=ref_of(claim), state="Lost", severity=75, causes=(cause,))


def autoscalers(scene: Scene) -> Iterator[Finding]:
    """Those that cannot read what they scale by."""
    for scaler in scene.all("HorizontalPodAutoscaler"):
        for kind in ("ScalingActive", "AbleToScale"):
            found = condition(scaler, kind)
            since = time_of(found, "lastTransitionTime")
            passing = since and scene.now - since < STUCK  # its first pods have told no usage yet
            if text(found, "status") != "False" or text(found, "reason") == "ScalingDisabled" or passing:
                continue
            cause = Cause(
                kind="AutoscalerBlind" if kind == "ScalingActive" else "AutoscalerBlocked",
                says="it cannot tell how many pods are needed"
                if kind == "ScalingActive"
                else "it cannot change the scale",
                evidence=(f"status: {text(found, 'reason')}: {text(found, 'message')}",),
                weight=90,
                next=f"describe hpa {name_of(scaler)} -n {namespace_of(scaler)}",
                since=since,
            )
            yield Finding(subject=ref_of(scaler), state=kind + " False", severity=40, causes=(cause,))
            break
