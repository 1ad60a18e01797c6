"""The pod table: the STATUS and RESTARTS that summarise all containers, computed as the API server does."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.objects import Object, condition, dig, name_of
from ack_sandbox.kube.tables.ages import age, since
from ack_sandbox.kube.tables.columns import Cells, Printer, columns

NONE = "<none>"
NODE_LOST = "NodeLost"


@dataclass
class _Summary:
    reason: str
    restarts: int = 0
    ready: int = 0
    last_restart: str = ""
    initializing: bool = False

    def count(self, status: Object) -> None:
        self.restarts += status.get("restartCount", 0)
        self.last_restart = max(self.last_restart, dig(status, "lastState", "terminated", "finishedAt", default=""))


def _sidecars(pod: Object) -> set[str]:
    return {
        container["name"]
        for container in dig(pod, "spec", "initContainers", default=[])
        if container.get("restartPolicy") == "Always"
    }


def _init_reason(status: Object, index: int, total: int) -> str:
    terminated = dig(status, "state", "terminated")
    if terminated is not None:
        return "Init:" + _terminated_reason(terminated)
    waiting = dig(status, "state", "waiting", "reason", default="")
    if waiting and waiting != "PodInitializing":
        return f"Init:{waiting}"
    return f"Init:{index}/{total}"


def _terminated_reason(terminated: Object) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _read_init_containers(pod: Object, summary: _Summary, sidecars: set[str]) -> _Summary:
    """Fill `summary` up to the first unfinished init container; return what the sidecars alone add."""
    only_sidecars = _Summary(summary.reason)
    total = len(dig(pod, "spec", "initContainers", default=[]))
    for index, status in enumerate(dig(pod, "status", "initContainerStatuses", default=[])):
        summary.count(status)
        if status["name"] in sidecars:
            only_sidecars.count(status)
        if dig(status, "state", "terminated", "exitCode") == 0:
            continue
        if status["name"] in sidecars and status.get("started"):
            summary.ready += bool(status.get("ready"))
            continue
        summary.reason = _init_reason(status, index, total)
        summary.initializing = True
        break
    return only_sidecars


def _read_containers(pod: Object, summary: _Summary) -> None:
    has_running = False
    for status in reversed(dig(pod, "status", "containerStatuses", default=[])):
        summary.count(status)
        state = status.get("state") or {}
        if dig(state, "waiting", "reason"):
            summary.reason = state["waiting"]["reason"]
        elif "terminated" in state:
            summary.reason = _terminated_reason(state["terminated"])
        elif status.get("ready") and "running" in state:
            has_running = True
            summary.ready += 1
    if summary.reason == "Completed" and has_running:
        ready = condition(pod, "Ready")
        summary.reason = "Running" if ready and ready["status"] == "True" else "NotReady"


def _summary(pod: Object, sidecars: set[str]) -> _Summary:
    phase = dig(pod, "status", "phase", default="")
    summary = _Summary(dig(pod, "status", "reason", default=phase))
    if dig(condition(pod, "PodScheduled") or {}, "reason") == "SchedulingGated":
        summary.reason = "SchedulingGated"
    only_sidecars = _read_init_containers(pod, summary, sidecars)
    initialized = condition(pod, "Initialized")
    if not summary.initializing or (initialized and initialized["status"] == "True"):
        summary.restarts, summary.last_restart = only_sidecars.restarts, only_sidecars.last_restart
        _read_containers(pod, summary)
    if dig(pod, "metadata", "deletionTimestamp"):
        if dig(pod, "status", "reason") == NODE_LOST:
            summary.reason = "Unknown"
        elif phase not in ("Succeeded", "Failed"):
            summary.reason = "Terminating"
    return summary


def _readiness_gates(pod: Object) -> str:
    gates = dig(pod, "spec", "readinessGates", default=[])
    if not gates:
        return NONE
    held = sum(dig(condition(pod, gate["conditionType"]) or {}, "status") == "True" for gate in gates)
    return f"{held}/{len(gates)}"


def _cells(pod: Object, now: datetime) -> Cells:
    sidecars = _sidecars(pod)
    summary = _summary(pod, sidecars)
    total = len(dig(pod, "spec", "containers", default=[])) + len(sidecars)
    restarts = str(summary.restarts)
    if summary.restarts and summary.last_restart:
        restarts = f"{restarts} ({since(summary.last_restart, now)} ago)"
    return [
        name_of(pod),
        f"{summary.ready}/{total}",
        summary.reason,
        restarts,
        age(pod, now),
        dig(pod, "status", "podIPs", 0, "ip", default=dig(pod, "status", "podIP", default=NONE)),
        dig(pod, "spec", "nodeName", default=NONE) or NONE,
        dig(pod, "status", "nominatedNodeName", default=NONE) or NONE,
        _readiness_gates(pod),
    ]


def _conditions(pod: Object) -> list[Object]:
    phase = dig(pod, "status", "phase")
    messages = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}
    if phase not in messages:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": messages[phase]}]


PODS = Printer(columns("Ready,Status,Restarts,Age", "IP,Node,Nominated Node,Readiness Gates"), _cells, _conditions)
