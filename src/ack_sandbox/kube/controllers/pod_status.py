"""The status of a pod as its kubelet sums it up from its containers: phase and conditions."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, condition, dig, rfc3339


def waiting(reason: str, message: str = "") -> Object:
    return {"waiting": {"reason": reason, "message": message} if message else {"reason": reason}}


def fresh(container: Object, reason: str) -> Object:
    """The status of a container that was never started."""
    return {
        "name": container["name"],
        "state": waiting(reason),
        "lastState": {},
        "ready": False,
        "restartCount": 0,
        "image": container["image"],
        "imageID": "",
        "started": False,
    }


def is_done(status: Object) -> bool:
    """Whether an init container has ended well."""
    return bool(dig(status, "state", "terminated", "exitCode") == 0)


def summed(pod: Object, status: Object, at: datetime) -> Object:
    """The status with phase and conditions that follow from its container statuses."""
    containers, init = status.get("containerStatuses") or [], status.get("initContainerStatuses") or []
    phase = _phase(pod, containers, init)
    return {**status, "phase": phase, "conditions": _conditions(pod, status, phase, containers, init, at)}


def _phase(pod: Object, containers: list[Object], init: list[Object]) -> str:
    policy = dig(pod, "spec", "restartPolicy", default="Always")
    if policy == "Never" and any(dig(each, "state", "terminated", "exitCode", default=0) for each in init):
        return "Failed"
    if not all(map(is_done, init)):
        return "Pending"
    ends = [dig(each, "state", "terminated", "exitCode") for each in containers]
    if policy != "Always" and containers and None not in ends and (policy == "Never" or not any(ends)):
        return "Failed" if any(ends) else "Succeeded"
    started = any("waiting" not in each["state"] or each["restartCount"] for each in containers)
    return "Running" if started else "Pending"


def _conditions(
    pod: Object, status: Object, phase: str, containers: list[Object], init: list[Object], at: datetime
) -> list[Object]:
    unready = [each["name"] for each in containers if not each["ready"]]
    starting = [each["name"] for each in init if not is_done(each)]
    done = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}.get(phase, "")
    text = "" if done else f"containers with unready status: [{' '.join(unready)}]"
    why = (done or "ContainersNotReady", text)
    ready = not unready and not starting and bool(containers)
    uninitialized = ("ContainersNotInitialized", f"containers with incomplete status: [{' '.join(starting)}]")
    rows = (
        ("PodReadyToStartContainers", bool(status.get("podIP")) and not done, ("", "")),
        ("Initialized", not starting, uninitialized),
        ("Ready", ready, why),
        ("ContainersReady", ready, why),
        ("PodScheduled", True, ("", "")),
    )
    return [_one(pod, kind, holds, reason, message, at) for kind, holds, (reason, message) in rows]


def _one(pod: Object, kind: str, holds: bool, reason: str, message: str, at: datetime) -> Object:
    made: Object = {"type": kind, "status": "True" if holds else "False", "lastProbeTime": None}
    old = condition(pod, kind)
    same = old is not None and old["status"] == made["status"]
    made["lastTransitionTime"] = old["lastTransitionTime"] if old is not None and same else rfc3339(at)
    if not holds and reason:
        made |= {"reason": reason, "message": message} if message else {"reason": reason}
    return made
