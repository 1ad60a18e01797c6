"""What is wrong with one pod, by its status alone. Whatever recovered long ago, or is only just starting, is well."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ack_mcp_server.kube.objects import (
    NOTHING,
    Object,
    condition,
    dig,
    is_true,
    items,
    number,
    part,
    text,
    time_of,
)
from ack_mcp_server.triage.containers import STARTING, allowed, runs_on, spec_of, status_of
from ack_mcp_server.triage.starts import begun, is_waited_for

RECENT = timedelta(hours=1)  # as long as the API server keeps events
REMEMBERED = timedelta(hours=24)  # in which evictions are one trouble
STUCK = timedelta(minutes=2)  # after a deletion should have ended
OFTEN = timedelta(hours=6)  # from one restart to the next, on the average
# Ends that the kubelet or the scheduler gave a pod for its node's sake; a controller makes another.
_DISRUPTED = ("Terminated", "NodeShutdown", "Shutdown", "NodeAffinity", "NodeLost", "Preempting")
_GATED = "SchedulingGated"
_ORDINARY_WAITS = ("ContainerCreating", "PodInitializing")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """`what` is one of image, config, crash, unscheduled, gated, creating, initializing, unready, withheld, evicted,
    failed, terminating; initializing is a trouble only where it takes too long. `container` is empty where it is the
    pod's; `is_init` is one that has to end before the others start; `last` is how it ended before, `since` when this
    began as far as the status tells.
    """

    pod: Object
    what: str
    container: str = ""
    is_init: bool = False
    reason: str = ""
    message: str = ""
    restarts: int = 0
    last: Object = field(default_factory=dict)
    since: datetime | None = None

    @property
    def spec(self) -> Object:
        """Of the container."""
        return spec_of(self.pod, self.container)

    @property
    def status(self) -> Object:
        """Of the container."""
        return status_of(self.pod, self.container)

    @property
    def is_sidecar(self) -> bool:
        """One of several, and not the first; also an init container that runs on."""
        regular = items(self.pod, "spec", "containers")
        if runs_on(self.spec):
            return True
        return not self.is_init and len(regular) > 1 and text(regular[0], "name") != self.container


def troubles(pod: Object, now: datetime) -> list[Trouble]:
    """The most telling first."""
    if text(pod, "status", "phase") == "Succeeded":
        return []
    if text(pod, "status", "phase") == "Failed":
        return list(_failed(pod, now))
    if text(pod, "metadata", "deletionTimestamp"):
        return list(_terminating(pod, now))
    if unscheduled := list(_unscheduled(pod, now)):
        return unscheduled
    return sorted(_of_containers(pod, now), key=_order) or list(_withheld(pod, now))


def _order(trouble: Trouble) -> int:
    return ("image", "config", "crash", "creating", "initializing", "unready").index(trouble.what)


def _failed(pod: Object, now: datetime) -> Iterator[Trouble]:
    reason = text(pod, "status", "reason")
    ended = ended_at(pod)
    if (ended and now - ended > REMEMBERED) or reason in _DISRUPTED:
        return
    what = "evicted" if reason == "Evicted" else "failed"
    yield Trouble(pod=pod, what=what, reason=reason, message=text(pod, "status", "message"), since=ended)


def ended_at(pod: Object) -> datetime | None:
    finished = (
        time_of(each, "state", "terminated", "finishedAt") for each in items(pod, "status", "containerStatuses")
    )
    disrupted = time_of(condition(pod, "DisruptionTarget"), "lastTransitionTime")
    times = [at for at in (*finished, disrupted) if at]
    return max(times) if times else time_of(pod, "metadata", "creationTimestamp")


def _terminating(pod: Object, now: datetime) -> Iterator[Trouble]:
    if not is_leaving(pod, now):
        yield Trouble(pod=pod, what="terminating", since=time_of(pod, "metadata", "deletionTimestamp"))


def is_leaving(pod: Object, now: datetime) -> bool:
    """Of a deleted pod: whether its grace period lasts, or ended only just."""
    due = time_of(pod, "metadata", "deletionTimestamp")
    return due is None or now - due <= STUCK


def _unscheduled(pod: Object, now: datetime) -> Iterator[Trouble]:
    scheduled = condition(pod, "PodScheduled")
    created = time_of(pod, "metadata", "creationTimestamp")
    if text(pod, "spec", "nodeName") or text(scheduled, "status") == "True":
        return
    if created and now - created > STARTING / 2:
        yield Trouble(
            pod=pod,
            what="gated" if text(scheduled, "reason") == _GATED else "unscheduled",
            reason=text(scheduled, "reason"),
            message=text(scheduled, "message"),
            since=created,
        )


def _of_containers(pod: Object, now: datetime) -> Iterator[Trouble]:
    sidecars = {text(each, "name") for each in items(pod, "spec", "initContainers") if runs_on(each)}
    for status in items(pod, "status", "initContainerStatuses"):
        yield from _of_container(pod, status, now, is_init=text(status, "name") not in sidecars)
    for status in items(pod, "status", "containerStatuses"):
        yield from _of_container(pod, status, now, is_init=False)


def _of_container(pod: Object, status: Object, now: datetime, *, is_init: bool) -> Iterator[Trouble]:
    last = part(status, "lastState", "terminated")
    waiting = part(status, "state", "waiting")
    running = part(status, "state", "running")
    name, restarts = text(status, "name"), number(status, "restartCount")
    found = Trouble(pod=pod, what="crash", container=name, is_init=is_init, restarts=restarts, last=last)
    if waiting:
        yield from _waiting(found, status, now)
    elif ended := _ended_badly(status):
        yield replace(found, reason="Terminated", last=ended, since=time_of(ended, "finishedAt"))
    elif _crashed_lately(pod, status, last, now):
        yield replace(found, reason=text(last, "reason"), since=time_of(last, "finishedAt"))
    elif running and is_init and _is_past_start(running, now):
        yield replace(found, what="initializing", since=time_of(running, "startedAt"))
    elif running and not is_init and not dig(status, "ready") and _is_late(found, running, status, now):
        yield replace(found, what="unready", since=time_of(condition(pod, "Ready"), "lastTransitionTime"))


def _waiting(found: Trouble, status: Object, now: datetime) -> Iterator[Trouble]:
    waiting = part(status, "state", "waiting")
    reason = text(waiting, "reason")
    created, due = time_of(found.pod, "metadata", "creationTimestamp"), begun(found.pod)
    what = _kind_of_wait(reason)
    if what == "creating" and (not due or now - due < STARTING or not is_waited_for(found.pod, status)):
        return
    yield replace(found, what=what, reason=reason, message=text(waiting, "message"), since=created)


def _is_past_start(running: Object, now: datetime) -> bool:
    started = time_of(running, "startedAt")
    return bool(started and now - started > STARTING)


def _kind_of_wait(reason: str) -> str:
    if reason == "CrashLoopBackOff":
        return "crash"
    if "Image" in reason or reason == "RegistryUnavailable":
        return "image"
    return "creating" if reason in (*_ORDINARY_WAITS, "") else "config"


def _ended_badly(status: Object) -> Object:
    ended = part(status, "state", "terminated")
    return ended if number(ended, "exitCode") else NOTHING


def _crashed_lately(pod: Object, status: Object, last: Object, now: datetime) -> bool:
    """One restart may be anything, and a pod that is old enough has seen some; a killed one, the second within the
    hour, or one of many is trouble."""
    ended, started = time_of(last, "finishedAt"), time_of(last, "startedAt")
    if not ended or now - ended > RECENT or text(last, "reason") == "Completed":
        return False
    restarts, created = number(status, "restartCount"), time_of(pod, "metadata", "creationTimestamp")
    again = bool(started and now - started <= RECENT) or not created or now - created <= OFTEN * restarts
    return (restarts >= 2 and again) or text(last, "reason") == "OOMKilled"


def _is_late(found: Trouble, running: Object, status: Object, now: datetime) -> bool:
    """Longer than its probes allow for a start."""
    started = time_of(running, "startedAt")
    return bool(started and now - started > STARTING + allowed(found.spec, begun=dig(status, "started") is not False))


def _withheld(pod: Object, now: datetime) -> Iterator[Trouble]:
    """All containers are ready and the pod is not: a condition that its readinessGates ask for is missing."""
    ready = condition(pod, "Ready")
    since = time_of(ready, "lastTransitionTime")
    held = text(ready, "status") == "False" and is_true(pod, "ContainersReady") and items(pod, "spec", "readinessGates")
    if held and since and now - since > STUCK:
        yield Trouble(
            pod=pod, what="withheld", reason=text(ready, "reason"), message=text(ready, "message"), since=since
        )


def is_ready(pod: Object) -> bool:
    return is_true(pod, "Ready") and not text(pod, "metadata", "deletionTimestamp")
