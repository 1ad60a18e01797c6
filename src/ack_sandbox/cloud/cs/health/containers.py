"""What may be wrong inside a pod: images, starts, restarts, probes and memory of its containers."""

from collections.abc import Iterator
from datetime import timedelta

from ack_sandbox.cloud.cs.health.findings import Probe, Trouble
from ack_sandbox.cloud.cs.health.view import View
from ack_sandbox.kube.objects import Object, dig, name_of

LAST_HOUR = timedelta(hours=1)
SETTLING = timedelta(seconds=60)  # a container that has just started may still fail its readiness probe
FREQUENT = 3  # restarts, the last of them within the hour
NEARLY_FULL = 0.95  # of a memory limit
PULLING = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")
CREATING = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError")


def statuses(pod: Object) -> Iterator[Object]:
    for kind in ("initContainerStatuses", "containerStatuses"):
        yield from dig(pod, "status", kind, default=[])


def waits(pod: Object, *reasons: str) -> Object | None:
    """The first container that waits for one of these reasons."""
    return next((each for each in statuses(pod) if dig(each, "state", "waiting", "reason") in reasons), None)


def last_end(status: Object) -> Object:
    ended: Object = dig(status, "state", "terminated") or dig(status, "lastState", "terminated", default={})
    return ended


def _unpulled(view: View, pod: Object) -> Trouble | None:
    status = waits(pod, *PULLING)
    if status is None:
        return None
    said = [str(event.get("message")) for event in view.events(pod, "Failed")]
    why = next((text for text in said if "pull" in text), dig(status, "state", "waiting", "message", default=""))
    return Trouble(
        message=f'container "{status["name"]}" cannot pull {status.get("image")}: {why}',
        remedy="Correct the image name or tag; for a private repository name an imagePullSecret that may read it.",
        value=str(status.get("image")),
    )


def _uncreated(_view: View, pod: Object) -> Trouble | None:
    status = waits(pod, *CREATING)
    if status is None:
        return None
    waiting = status["state"]["waiting"]
    return Trouble(
        message=f'container "{status["name"]}": {waiting["reason"]}: {waiting.get("message", "")}',
        remedy="Create the ConfigMap, Secret or key that the message names, or correct the reference.",
        value=waiting["reason"],
    )


def _crash_looping(_view: View, pod: Object) -> Trouble | None:
    status = waits(pod, "CrashLoopBackOff")
    if status is None:
        return None
    ended = last_end(status)
    return Trouble(
        message=(
            f'container "{status["name"]}" restarted {status.get("restartCount")} times; its last run ended at '
            f"{ended.get('finishedAt')} with exit code {ended.get('exitCode')} ({ended.get('reason')})"
        ),
        remedy=f"Read what it wrote last: kubectl logs {name_of(pod)} -c {status['name']} --previous",
        value=f"restartCount={status.get('restartCount')}",
    )


def out_of_memory(view: View, pod: Object) -> Object | None:
    """The container that the kernel killed within the last hour."""
    for status in statuses(pod):
        ended = last_end(status)
        if ended.get("reason") == "OOMKilled" and not view.is_older(ended.get("finishedAt"), LAST_HOUR):
            return status
    return None


def _killed_for_memory(view: View, pod: Object) -> Trouble | None:
    status = out_of_memory(view, pod)
    if status is None:
        return None
    limit = next((dig(each, "resources", "limits", "memory") for each in _specs(pod, status["name"])), None)
    ended = last_end(status)
    return Trouble(
        message=(
            f'container "{status["name"]}" was OOMKilled at {ended.get("finishedAt")} (exit code '
            f"{ended.get('exitCode')}): it needs more than its memory limit of {limit}"
        ),
        remedy="Raise the memory limit above what the process needs, or make it need less.",
        value=f"limit={limit}",
    )


def _specs(pod: Object, name: str) -> list[Object]:
    found = [*dig(pod, "spec", "initContainers", default=[]), *dig(pod, "spec", "containers", default=[])]
    return [each for each in found if each["name"] == name]


def _init_failing(_view: View, pod: Object) -> Trouble | None:
    for status in dig(pod, "status", "initContainerStatuses", default=[]):
        ended = last_end(status)
        if not status.get("ready") and ended.get("exitCode"):
            return Trouble(
                message=(
                    f'init container "{status["name"]}" fails with exit code {ended["exitCode"]}, '
                    f"so the pod's containers never start"
                ),
                remedy=f"Read its log: kubectl logs {name_of(pod)} -c {status['name']} --previous",
                value=f"restartCount={status.get('restartCount')}",
            )
    return None


def _restarting(view: View, pod: Object) -> Trouble | None:
    for status in statuses(pod):
        ended = dig(status, "lastState", "terminated", default={})
        lately = ended and not view.is_older(ended.get("finishedAt"), LAST_HOUR)
        if lately and status.get("restartCount", 0) >= FREQUENT:
            return Trouble(
                message=(
                    f'container "{status["name"]}" restarted {status["restartCount"]} times, the last time at '
                    f"{ended.get('finishedAt')} ({ended.get('reason')}, exit code {ended.get('exitCode')})"
                ),
                remedy="Find out what ends it: the log of its previous run, its liveness probe, its memory limit.",
                value=str(status["restartCount"]),
            )
    return None


def _not_ready(view: View, pod: Object) -> Trouble | None:
    for status in dig(pod, "status", "containerStatuses", default=[]):
        started = dig(status, "state", "running", "startedAt")
        if not status.get("ready") and view.is_older(started, SETTLING):
            said = [event for event in view.events(pod, "Unhealthy") if "Readiness" in str(event.get("message"))]
            return Trouble(
                message=f'container "{status["name"]}" runs but is not ready: '
                + str(said[0].get("message") if said else "its readiness probe has not succeeded"),
                remedy="Ask the probe's path from within the pod and read the container's log; Services leave it out.",
                value="Ready=False",
            )
    return None


def _killed_by_liveness(view: View, pod: Object) -> Trouble | None:
    said = view.events(pod, "Killing", "Unhealthy")
    failed = [event for event in said if "iveness" in str(event.get("message"))]
    if not failed:
        return None
    return Trouble(
        message=f"{failed[0].get('message')} ({failed[0].get('count', 1)} times)",
        remedy="Give it time to start (startupProbe, initialDelaySeconds) or repair what the probe asks.",
        value=str(failed[0].get("count", 1)),
    )


def _memory_nearly_full(view: View, pod: Object) -> Trouble | None:
    container = nearly_full(view, pod)
    if container is None:
        return None
    share = f"{view.memory_share(pod, container):.0%}"
    return Trouble(
        message=f'container "{container["name"]}" uses {share} of its memory limit',
        remedy="Raise the limit before the kernel ends the container.",
        value=share,
    )


def running(view: View, pod: Object) -> list[Object]:
    """The containers whose use is measured: they run, on a node that reports."""
    if dig(pod, "spec", "nodeName") in view.lost_nodes:
        return []
    names = {each["name"] for each in statuses(pod) if dig(each, "state", "running")}
    return [each for each in dig(pod, "spec", "containers", default=[]) if each["name"] in names]


def nearly_full(view: View, pod: Object) -> Object | None:
    return next((each for each in running(view, pod) if view.memory_share(pod, each) >= NEARLY_FULL), None)


CONTAINERS: tuple[Probe[Object], ...] = (
    Probe("ContainerImagePulled", "Containers", "Images are pulled", "critical", _unpulled),
    Probe("ContainerCreated", "Containers", "Containers are created", "critical", _uncreated),
    Probe("InitContainersSucceed", "Containers", "Init containers succeed", "critical", _init_failing),
    Probe(
        "ContainerNotCrashLooping", "Containers", "Containers do not crash again and again", "critical", _crash_looping
    ),
    Probe("ContainerNotOOMKilled", "Containers", "Containers keep within their memory", "critical", _killed_for_memory),
    Probe("ContainerRestarts", "Containers", "Containers seldom restart", "warning", _restarting),
    Probe("ReadinessProbe", "Probes", "Readiness probes succeed", "error", _not_ready),
    Probe("LivenessProbe", "Probes", "Liveness probes succeed", "error", _killed_by_liveness),
    Probe("ContainerMemoryUse", "Resources", "Memory use stays below the limit", "warning", _memory_nearly_full),
)
