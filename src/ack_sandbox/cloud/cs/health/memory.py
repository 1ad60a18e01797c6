"""Who uses the memory of a node."""

from ack_sandbox.cloud.cs.health.containers import NEARLY_FULL, nearly_full, out_of_memory, running
from ack_sandbox.cloud.cs.health.findings import Probe, Trouble, listed
from ack_sandbox.cloud.cs.health.nodes import BUSY, killed_processes, used_share
from ack_sandbox.cloud.cs.health.view import View, title
from ack_sandbox.kube.objects import Object, condition, dig, name_of
from ack_sandbox.kube.quantities import whole_bytes

MIB = 1024 * 1024
LARGEST = 3


def _unmeasured(view: View, node: Object) -> Trouble | None:
    if name_of(node) in view.node_usage:
        return None
    ready = condition(node, "Ready") or {}
    return Trouble(
        message=f"the node reports no use of memory: {ready.get('message', 'no Ready condition')}",
        remedy="Diagnose the node itself first.",
        value=str(ready.get("status")),
    )


def _used_up(view: View, node: Object) -> Trouble | None:
    share = used_share(view, node, "memory")
    if share < BUSY:
        return None
    return Trouble(
        message=f"{share:.0%} of the node's memory is in use; the largest are {', '.join(_largest(view, node))}",
        remedy="Move or limit the largest pods, or add nodes.",
        value=f"{share:.0%}",
    )


def _largest(view: View, node: Object) -> list[str]:
    used = {title(pod): _use(view, pod) for pod in view.pods_on(name_of(node))}
    largest = sorted(used, key=lambda name: used[name], reverse=True)[:LARGEST]
    return [f"{name} {used[name] // MIB}Mi" for name in largest]


def _use(view: View, pod: Object) -> int:
    return sum(view.state.usages.container(pod, each, view.now)[1] for each in running(view, pod))


def _pressure(_view: View, node: Object) -> Trouble | None:
    found = condition(node, "MemoryPressure") or {}
    if found.get("status") in (None, "False"):
        return None
    return Trouble(
        message=f"MemoryPressure is {found['status']}: {found.get('message')}",
        remedy="The kubelet evicts pods until it is over; lower the use of memory.",
        value=found["status"],
    )


def _killed_containers(view: View, node: Object) -> Trouble | None:
    killed = [title(pod) for pod in view.pods_on(name_of(node)) if out_of_memory(view, pod)]
    if not killed:
        return None
    return Trouble(
        message=f"containers were OOMKilled within the hour: {listed(killed)}",
        remedy="Raise the memory limits of these pods, or make them need less.",
        value=str(len(killed)),
    )


def _nearly_full(view: View, node: Object) -> Trouble | None:
    full = [title(pod) for pod in view.pods_on(name_of(node)) if nearly_full(view, pod)]
    if not full:
        return None
    return Trouble(
        message=f"containers use {NEARLY_FULL:.0%} or more of their memory limit: {listed(full)}",
        remedy="Raise these limits before the kernel ends the containers.",
        value=str(len(full)),
    )


def _unlimited(view: View, node: Object) -> Trouble | None:
    pods = view.pods_on(name_of(node))
    bare = [title(pod) for pod in pods if not all(_limit(each) for each in dig(pod, "spec", "containers", default=[]))]
    if not bare:
        return None
    return Trouble(
        message=f"pods without a memory limit can use up the node: {listed(bare)}",
        remedy="Give every container a memory limit.",
        value=str(len(bare)),
    )


def _limit(container: Object) -> int:
    return whole_bytes(dig(container, "resources", "limits", "memory"))


MEMORY: tuple[Probe[Object], ...] = (
    Probe("MemoryMeasured", "Node", "The node's use of memory is known", "critical", _unmeasured),
    Probe("MemoryUse", "Node", "Memory is left to use", "error", _used_up),
    Probe("MemoryPressure", "Node", "The kubelet evicts nothing for memory", "error", _pressure),
    Probe("MemoryKernelKills", "Kernel", "The kernel killed nothing for memory", "error", killed_processes),
    Probe("MemoryContainerKills", "Containers", "No container was OOMKilled", "error", _killed_containers),
    Probe("MemoryNearLimit", "Containers", "Containers keep below their limits", "warning", _nearly_full),
    Probe("MemoryLimits", "Containers", "Every container has a memory limit", "advice", _unlimited),
)
