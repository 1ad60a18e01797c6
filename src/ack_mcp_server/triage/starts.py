"""How far the start of a pod has come: its init containers end one after the other, then the others begin."""

import re
from datetime import datetime, timedelta

from ack_mcp_server.kube.objects import NOTHING, Object, condition, dig, items, number, part, text, time_of
from ack_mcp_server.triage.containers import LONGEST_START_S, STARTING, allowed, runs_on, serving, spec_of

_WAITS = timedelta(minutes=5)  # what it waits for has started by then: as long as the startup probes of slow programs
_WORKS_S = 600  # loads, copies or migrates something: as long as a Deployment stands still before it is given up
_READ = 4096  # characters of a command that are looked at
_WAITING = re.compile(
    r"\buntil\b|\bwhile\b.{0,300}?\bsleep\b|\bwait[-_ ]{0,3}(for|4|until|on)|\bwait[-_]|-wait\b", re.I | re.S
)


def current(pod: Object) -> Object:
    """The status of the init container that those after it wait for; empty when none is left."""
    statuses = items(pod, "status", "initContainerStatuses")
    return next((each for each in statuses if not _let_go(pod, each)), NOTHING)


def _let_go(pod: Object, status: Object) -> bool:
    """Whether the next may start: a sidecar is not waited for until its end."""
    if ended := part(status, "state", "terminated"):
        return number(ended, "exitCode") == 0
    return dig(status, "started") is True and runs_on(spec_of(pod, text(status, "name")))


def is_waited_for(pod: Object, status: Object) -> bool:
    """Whether it is this container's turn to start."""
    first = current(pod)
    return not first or text(first, "name") == text(status, "name")


def begun(pod: Object) -> datetime | None:
    """Since when what is to start now could: its node was found, and the init containers before it ended."""
    statuses = items(pod, "status", "initContainerStatuses")
    times = (
        time_of(pod, "metadata", "creationTimestamp"),
        time_of(condition(pod, "PodScheduled"), "lastTransitionTime"),
        *(time_of(each, "state", "terminated", "finishedAt") for each in statuses),
    )
    return max((at for at in times if at), default=None)


def command_of(container: Object) -> str:
    words = (*items(container, "command"), *items(container, "args"))
    return " ".join(map(str, words))[:_READ]


def patience(container: Object, deadline_s: int) -> timedelta:
    """How long an init container may run: one that only waits for something less than one that works, which has the
    time that its Deployment says."""
    told = " ".join((text(container, "name"), text(container, "image").rpartition("/")[2], command_of(container)))
    if _WAITING.search(told[:_READ]):
        return _WAITS
    return timedelta(seconds=min(max(deadline_s, _WORKS_S), LONGEST_START_S))


def is_starting(pod: Object, now: datetime, deadline_s: int = 0) -> bool:
    """Whether it is too early to expect it to serve."""
    init = current(pod)
    running = time_of(init, "state", "running", "startedAt")
    if running:
        return now - running < patience(spec_of(pod, text(init, "name")), deadline_s)
    since = begun(pod)
    delays = [allowed(each, begun=False) for each in serving(pod)]
    return bool(since and now - since < STARTING + max(delays, default=timedelta()))
