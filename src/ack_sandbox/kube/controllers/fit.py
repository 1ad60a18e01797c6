"""Whether a node takes a pod: its taints, labels and room; and the reason why not, as the scheduler says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ack_sandbox.kube.objects import Object, dig, labels_of, name_of
from ack_sandbox.kube.quantities import quantity

UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
REPELLING = ("NoSchedule", "NoExecute")
COUNTED = ("cpu", "memory", "ephemeral-storage")
HELPLESS = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"


@lru_cache(maxsize=4096)
def amount(text: str) -> int:
    """A quantity in thousandths."""
    return int(quantity(text) * 1000)


def requests(pod: Object) -> dict[str, int]:
    """What the pod asks for in all, in thousandths; an init container counts when it asks for more."""
    total = dict.fromkeys(COUNTED, 0)
    for container in pod["spec"]["containers"]:
        for name, asked in _asked(container).items():
            total[name] += asked
    for container in pod["spec"].get("initContainers") or []:
        for name, asked in _asked(container).items():
            total[name] = max(total[name], asked)
    return total


def _asked(container: Object) -> dict[str, int]:
    wanted = dig(container, "resources", "requests", default={})
    limits = dig(container, "resources", "limits", default={})
    both = {name: wanted.get(name) or limits.get(name) for name in COUNTED}
    return {name: amount(str(text)) for name, text in both.items() if text}


@dataclass
class Room:
    """What is left on a node, in thousandths, and of its places for pods."""

    free: dict[str, int]
    places: int

    def take(self, asked: dict[str, int]) -> None:
        self.places -= 1
        for name, amount_asked in asked.items():
            self.free[name] -= amount_asked


def rooms(nodes: Iterable[Object], pods: Iterable[Object]) -> dict[str, Room]:
    found = {}
    for node in nodes:
        allocatable = dig(node, "status", "allocatable", default={})
        free = {name: amount(str(allocatable.get(name, "0"))) for name in COUNTED}
        found[name_of(node)] = Room(free, int(allocatable.get("pods", "110")))
    for pod in pods:
        room = found.get(dig(pod, "spec", "nodeName", default=""))
        if room is not None and dig(pod, "status", "phase") in ("Pending", "Running"):
            room.take(requests(pod))
    return found


def refusals(pod: Object, node: Object, room: Room) -> list[str]:
    """Why the node does not take the pod; empty when it does."""
    if dig(node, "spec", "unschedulable") and not _tolerates(pod, {"key": UNSCHEDULABLE, "effect": "NoSchedule"}):
        return ["node(s) were unschedulable"]
    taint = untolerated(pod, node)
    if taint is not None:
        return [f"node(s) had untolerated taint {{{taint['key']}: {taint.get('value', '')}}}"]
    if not is_chosen(pod, node):
        return ["node(s) didn't match Pod's node affinity/selector"]
    short = [f"Insufficient {name}" for name, asked in requests(pod).items() if asked > room.free[name]]
    return [*(["Too many pods"] if room.places < 1 else []), *short]


def untolerated(pod: Object, node: Object, effects: tuple[str, ...] = REPELLING) -> Object | None:
    taints: list[Object] = dig(node, "spec", "taints", default=[])
    repelling = (taint for taint in taints if taint.get("effect") in effects and taint["key"] != UNSCHEDULABLE)
    return next((taint for taint in repelling if not _tolerates(pod, taint)), None)


def _tolerates(pod: Object, taint: Object) -> bool:
    return any(_covers(each, taint) for each in dig(pod, "spec", "tolerations", default=[]))


def _covers(toleration: Object, taint: Object) -> bool:
    if toleration.get("effect") not in (None, "", taint.get("effect")):
        return False
    if not toleration.get("key"):
        return toleration.get("operator") == "Exists"
    if toleration["key"] != taint["key"]:
        return False
    return toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", "")


def is_chosen(pod: Object, node: Object) -> bool:
    """Whether the pod's node selector and required affinity name the node."""
    labels = labels_of(node)
    wanted = dig(pod, "spec", "nodeSelector", default={})
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    required = dig(pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = dig(required, "nodeSelectorTerms", default=[]) if required else []
    return not terms or any(_meets(term, node) for term in terms)


def _meets(term: Object, node: Object) -> bool:
    labels, fields = labels_of(node), {"metadata.name": name_of(node)}
    rows = [(each, labels) for each in term.get("matchExpressions") or []]
    rows += [(each, fields) for each in term.get("matchFields") or []]
    return bool(rows) and all(_holds(each, values) for each, values in rows)


def _holds(expression: Object, values: dict[str, str]) -> bool:
    found, wanted = values.get(expression["key"]), expression.get("values") or []
    operator = expression["operator"]
    if operator in ("Exists", "DoesNotExist"):
        return (found is not None) is (operator == "Exists")
    if operator in ("In", "NotIn"):
        return (found in wanted) is (operator == "In")
    if found is None or not found.isdigit():
        return False
    return int(found) > int(wanted[0]) if operator == "Gt" else int(found) < int(wanted[0])


def sentence(found: list[list[str]]) -> str:
    """The scheduler's sentence about all nodes, from each one's refusals."""
    total = len(found)
    counts: dict[str, int] = {}
    for reason in (reason for each in found for reason in each):
        counts[reason] = counts.get(reason, 0) + 1
    listed = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    room = sum(1 for each in found if each and each[0].startswith(("Insufficient", "Too many")))
    preempted = [(total - room, HELPLESS), (room, NO_VICTIMS)]
    said = ", ".join(f"{count} {text}" for count, text in preempted if count)
    return f"0/{total} nodes are available: {listed}. preemption: 0/{total} nodes are available: {said}."


def claim_sentence(total: int, why: str) -> str:
    """The sentence about a pod that no node can take because of its claims."""
    nodes = f"0/{total} nodes are available:"
    return f"{nodes} {why}. preemption: {nodes} {total} {HELPLESS}."
