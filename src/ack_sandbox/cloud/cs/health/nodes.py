"""What may be wrong with a node: its conditions, its room, and the pods that it should run."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from ack_sandbox.cloud.cs.health.findings import Probe, Trouble, listed
from ack_sandbox.cloud.cs.health.view import View, is_true, is_wanted, title
from ack_sandbox.kube.objects import Object, condition, dig, metadata, name_of, parse_time
from ack_sandbox.kube.quantities import quantity

SILENT = timedelta(minutes=1)  # without a renewed lease; kubelets renew it every ten seconds
LAST_HOUR = timedelta(hours=1)
OVERDUE = timedelta(minutes=1)
FULL = 0.97  # of what can be requested
BUSY = 0.9  # of what can be used
SYSTEM = "kube-system"
RESTART = "Log in to the instance, look at the kubelet and the disk; restart it, or drain and remove the node."
# condition type, display; each is well while it is False
PRESSURES = (
    ("MemoryPressure", "The node has enough memory"),
    ("DiskPressure", "The node has enough disk"),
    ("PIDPressure", "The node has enough process ids"),
    ("KernelDeadlock", "The kernel is not deadlocked"),
    ("ReadonlyFilesystem", "The file system can be written"),
    ("RuntimeOffline", "The container runtime answers"),
)


def _not_ready(_view: View, node: Object) -> Trouble | None:
    ready = condition(node, "Ready") or {}
    if ready.get("status") == "True":
        return None
    return Trouble(
        message=f"Ready is {ready.get('status')} since {ready.get('lastTransitionTime')}: {ready.get('message')}",
        remedy=RESTART,
        value=str(ready.get("reason")),
    )


def _silent(view: View, node: Object) -> Trouble | None:
    lease = view.get("coordination.k8s.io/leases", "kube-node-lease", name_of(node)) or {}
    renewed = dig(lease, "spec", "renewTime")
    if renewed is None or view.now - parse_time(renewed) <= SILENT:
        return None
    return Trouble(message=f"the kubelet renewed its lease last at {renewed}", remedy=RESTART, value=renewed)


def _under_pressure(kind: str, _view: View, node: Object) -> Trouble | None:
    found = condition(node, kind)
    if found is None or found.get("status") == "False":
        return None
    return Trouble(
        message=f"{kind} is {found.get('status')} since {found.get('lastTransitionTime')}: {found.get('message')}",
        remedy=RESTART,
        value=str(found.get("status")),
    )


def _cordoned(_view: View, node: Object) -> Trouble | None:
    if not dig(node, "spec", "unschedulable"):
        return None
    return Trouble(
        message="the node is cordoned: no new pod comes to it",
        remedy=f"When its maintenance is over: kubectl uncordon {name_of(node)}",
        value="unschedulable=true",
    )


def _evicting(_view: View, node: Object) -> Trouble | None:
    keys = [each["key"] for each in dig(node, "spec", "taints", default=[]) if each.get("effect") == "NoExecute"]
    if not keys:
        return None
    return Trouble(
        message=f"taints evict pods from the node: {', '.join(keys)}",
        remedy="The control plane takes its own taints off when the node is ready again.",
        value=",".join(keys),
    )


def _requested_full(resource: str, view: View, node: Object) -> Trouble | None:
    room = quantity(dig(node, "status", "allocatable", resource))
    pods = [pod for pod in view.pods_on(name_of(node)) if is_wanted(pod)]
    asked = sum((_request(pod, resource) for pod in pods), start=Decimal(0))
    if not room or asked / room < FULL:
        return None
    share = f"{float(asked / room):.0%}"
    return Trouble(
        message=f"{share} of the node's {resource} is requested by {len(pods)} pods",
        remedy="Add nodes to the pool, or lower requests that are larger than what is used.",
        value=share,
    )


def _request(pod: Object, resource: str) -> Decimal:
    containers = dig(pod, "spec", "containers", default=[])
    return sum((quantity(dig(each, "resources", "requests", resource)) for each in containers), start=Decimal(0))


def _pods_full(view: View, node: Object) -> Trouble | None:
    room = int(dig(node, "status", "allocatable", "pods", default="0"))
    count = len(view.pods_on(name_of(node)))
    if not room or count < room * FULL:
        return None
    return Trouble(
        message=f"{count} of {room} pods run on it", remedy="Add nodes to the pool.", value=f"{count}/{room}"
    )


def _used_up(resource: str, view: View, node: Object) -> Trouble | None:
    share = used_share(view, node, resource)
    if share < BUSY:
        return None
    return Trouble(
        message=f"{share:.0%} of the node's {resource} is in use",
        remedy="Move pods to other nodes, or add nodes.",
        value=f"{share:.0%}",
    )


def used_share(view: View, node: Object, resource: str) -> float:
    """What is in use of what pods may use, 0 to 1; 0 for a node without measurements."""
    usage = view.node_usage.get(name_of(node))
    room = quantity(dig(node, "status", "allocatable", resource))
    return float(quantity(usage[resource]) / room) if usage and room else 0.0


def killed_processes(view: View, node: Object) -> Trouble | None:
    said = view.events(node, "OOMKilling", within=LAST_HOUR)
    if not said:
        return None
    return Trouble(
        message=f"the kernel killed processes for memory within the hour, last: {said[0].get('message')}",
        remedy="Find the pods with OOMKilled containers on this node and raise their memory limits.",
        value=f"{len(said)} processes",
    )


def _system_pods(view: View, node: Object) -> Trouble | None:
    pods = [pod for pod in view.pods_on(name_of(node)) if dig(pod, "metadata", "namespace") == SYSTEM]
    bad = [title(pod) for pod in pods if _is_daemon(pod) and is_wanted(pod) and not is_true(pod, "Ready")]
    if not bad:
        return None
    return Trouble(
        message=f"not ready: {listed(bad)}", remedy="Look at these pods' events and logs.", value=str(len(bad))
    )


def _is_daemon(pod: Object) -> bool:
    return any(each["kind"] == "DaemonSet" for each in metadata(pod).get("ownerReferences") or ())


def _stuck_pods(view: View, node: Object) -> Trouble | None:
    pods = view.pods_on(name_of(node))
    stuck = [title(pod) for pod in pods if view.is_older(metadata(pod).get("deletionTimestamp"), OVERDUE)]
    if not stuck:
        return None
    return Trouble(
        message=f"pods hang while terminating: {listed(stuck)}",
        remedy="They end when the kubelet answers again, or when the node is removed from the cluster.",
        value=str(len(stuck)),
    )


def _other_version(view: View, node: Object) -> Trouble | None:
    kubelet = str(dig(node, "status", "nodeInfo", "kubeletVersion", default=""))
    plane = f"v{view.state.plan.version}"
    if not kubelet or kubelet.split(".")[:2] == plane.split(".")[:2]:
        return None
    return Trouble(
        message=f"the kubelet is {kubelet}, the control plane {plane}", remedy="Upgrade the node pool.", value=kubelet
    )


# What a diagnosis of a pod asks of its node.
CONDITIONS: tuple[Probe[Object], ...] = (
    Probe("NodeReady", "Conditions", "The node is ready", "critical", _not_ready),
    Probe("NodeLease", "Conditions", "The kubelet renews its lease", "critical", _silent),
    *(Probe(f"Node{kind}", "Conditions", text, "error", partial(_under_pressure, kind)) for kind, text in PRESSURES),
)
NODES: tuple[Probe[Object], ...] = (
    *CONDITIONS,
    Probe("NodeSchedulable", "Scheduling", "The node takes new pods", "warning", _cordoned),
    Probe("NodeTaints", "Scheduling", "No taint evicts pods", "error", _evicting),
    Probe("NodeCPURequests", "Resources", "CPU is left to request", "warning", partial(_requested_full, "cpu")),
    Probe(
        "NodeMemoryRequests", "Resources", "Memory is left to request", "warning", partial(_requested_full, "memory")
    ),
    Probe("NodePodCount", "Resources", "Room is left for pods", "warning", _pods_full),
    Probe("NodeCPUUse", "Resources", "CPU is left to use", "warning", partial(_used_up, "cpu")),
    Probe("NodeMemoryUse", "Resources", "Memory is left to use", "warning", partial(_used_up, "memory")),
    Probe("NodeOOM", "Kernel", "The kernel killed nothing for memory", "warning", killed_processes),
    Probe("NodeSystemPods", "Components", "The node's system pods are ready", "error", _system_pods),
    Probe("NodePodsTerminate", "Components", "Pods end when they are deleted", "error", _stuck_pods),
    Probe("NodeVersion", "Components", "The kubelet has the control plane's version", "warning", _other_version),
)
