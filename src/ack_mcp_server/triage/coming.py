"""Pods that a workload lacks for a while only: they start, end in their grace period, or are not due yet."""

from collections.abc import Iterable

from ack_mcp_server.kube.objects import Object, condition, number, text, time_of
from ack_mcp_server.triage.containers import STARTING
from ack_mcp_server.triage.pods import is_leaving, is_ready
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.starts import is_starting


def coming(scene: Scene, obj: Object, pods: Iterable[Object], wanted: int) -> int:
    """How many; pods of a lost node are replaced elsewhere."""
    alive = [pod for pod in pods if text(pod, "status", "phase") in ("Pending", "Running")]
    passing = [pod for pod in alive if not is_ready(pod) and _is_passing(scene, obj, pod)]
    unmade = max(wanted - len(alive), 0)
    in_turn = _is_ordered(obj) and (passing or any(_is_just_ready(scene, obj, pod) for pod in alive))
    return len(passing) + (unmade if in_turn else 0)


def _is_passing(scene: Scene, obj: Object, pod: Object) -> bool:
    if text(pod, "metadata", "deletionTimestamp"):
        return is_leaving(pod, scene.now)
    deadline = number(obj, "spec", "progressDeadlineSeconds")
    return text(pod, "spec", "nodeName") in scene.lost_nodes or is_starting(pod, scene.now, deadline)


def _is_ordered(obj: Object) -> bool:
    """Whether each pod is made when the one before it is ready."""
    return text(obj, "kind") == "StatefulSet" and text(obj, "spec", "podManagementPolicy") != "Parallel"


def _is_just_ready(scene: Scene, obj: Object, pod: Object) -> bool:
    since = time_of(condition(pod, "Ready"), "lastTransitionTime")
    passed = (scene.now - since).total_seconds() if since and is_ready(pod) else None
    return passed is not None and passed < STARTING.total_seconds() + number(obj, "spec", "minReadySeconds")
