"""Containers that run and are not ready, and those that their liveness probe kills."""

import re
from collections.abc import Iterator

from ack_mcp_server.kube.objects import Object, dig, name_of, number, part, text, time_of
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.pods import Trouble
from ack_mcp_server.triage.rules.telling import blamed, plain, telling
from ack_mcp_server.triage.scene import count_of, last_seen
from ack_mcp_server.triage.workloads import Case, is_stuck, where

_BY_SIGNAL = (137, 143)  # how a container ends that the kubelet ends
_KILLED = re.compile(r"failed (liveness|startup) probe", re.I)


def readiness(case: Case) -> Iterator[Cause]:
    logged: dict[str, Trouble] = {}
    for trouble in case.of("unready"):
        if trouble.container not in logged or _log(case, trouble):
            logged[trouble.container] = trouble
    for trouble in logged.values():
        yield _not_ready(case, trouble)


def _log(case: Case, trouble: Trouble) -> tuple[str, ...]:
    return case.logs.get((name_of(trouble.pod), trouble.container, False), ())


def _not_ready(case: Case, trouble: Trouble) -> Cause:
    which, fails = _failing(trouble)
    events = [e for e in case.scene.events(trouble.pod, "Unhealthy") if text(e, "message").startswith(which)]
    line = next(iter(telling(_log(case, trouble))), "")
    evidence = [*([_quoted(events[0])] if events else []), *([f"log: {line}"] if line else [])]
    why = f": {blamed(line)}" if line else ""
    new = " of the new revision" if is_stuck(case.obj) and case.ready else ""
    kind = "RolloutNotReady" if is_stuck(case.obj) and case.ready else "ReadinessFailing"
    says = f"container {trouble.container}{new} runs, but {fails}{why}"
    command = f"logs {name_of(trouble.pod)} -c {trouble.container}{where(case.ref)} --tail=50"
    return Cause(kind=kind, says=says, evidence=tuple(evidence), weight=88, next=command, since=trouble.since)


def _failing(trouble: Trouble) -> tuple[str, str]:
    """The probe, as events call it, and what is to be said of it."""
    if dig(trouble.status, "started") is False and part(trouble.spec, "startupProbe"):
        return "Startup", "its startup probe has not succeeded yet"
    if part(trouble.spec, "readinessProbe"):
        return "Readiness", "its readiness probe fails"
    return "Readiness", "its kubelet does not report it as ready (it has no readiness probe)"


def liveness_kill(case: Case, trouble: Trouble) -> Cause | None:
    """Whether a container that ended was ended by the kubelet for its probe."""
    found = case.scene.events(trouble.pod, "Killing")
    kills = [each for each in found if _is_about(each, trouble) and _ended_the_last(each, trouble)]
    if not kills or text(trouble.last, "reason") == "OOMKilled":
        return None
    which = "startup" if "startup" in text(kills[0], "message") else "liveness"
    probe = part(trouble.spec, f"{which}Probe")
    allowed = number(probe, "initialDelaySeconds") + (number(probe, "failureThreshold") or 3) * (
        number(probe, "periodSeconds") or 10
    )
    lived = _lived(trouble.last)
    slow = bool(lived and lived < allowed * 1.5 + 35)  # with up to the usual grace of 30 s to end
    failed = [e for e in case.scene.events(trouble.pod, "Unhealthy") if which.capitalize() in text(e, "message")]
    evidence = (_quoted(kills[0]), *([_quoted(failed[0])] if failed else []))
    if slow:
        says = (
            f"the {which} probe kills container {trouble.container} before it has started: "
            f"it gives up about {allowed} s after the start{_told_start(case, trouble)}"
        )
    else:
        says = f"the {which} probe kills container {trouble.container}, which stopped answering after {lived:.0f} s"
    return Cause(
        kind="LivenessTooEarly" if slow else "LivenessFailing",
        says=says,
        evidence=evidence,
        weight=93,
        next=f"patch {case.ref}{where(case.ref)}: a startupProbe, or a larger initialDelaySeconds"
        if slow
        else f"logs {name_of(trouble.pod)} -c {trouble.container}{where(case.ref)} --previous --tail=50",
        since=trouble.since,
    )


def _told_start(case: Case, trouble: Trouble) -> str:
    """What the log says of a long start."""
    lines = [
        line
        for (pod, container, _), found in case.logs.items()
        if (pod, container) == (name_of(trouble.pod), trouble.container)
        for line in found
    ]
    told = [line for line in lines if re.search(r"start|boot|warm|load|init|migrat", line, re.I)]
    return f"; its log then: {blamed(plain(told[-1]))}" if told else ""


def _is_about(event: Object, trouble: Trouble) -> bool:
    path = text(event, "involvedObject", "fieldPath")
    names = path == f"spec.containers{{{trouble.container}}}" or f"ontainer {trouble.container} " in text(
        event, "message"
    )
    return names and bool(_KILLED.search(text(event, "message")))


def _ended_the_last(kill: Object, trouble: Trouble) -> bool:
    """An earlier run may have ended otherwise. Kubelets leave out events where there are many, so that a later run that
    a signal ended may have had the same end."""
    at, started = last_seen(kill), time_of(trouble.last, "startedAt")
    return not at or not started or at >= started or number(trouble.last, "exitCode") in _BY_SIGNAL


def _lived(last: Object) -> float:
    started, finished = time_of(last, "startedAt"), time_of(last, "finishedAt")
    return (finished - started).total_seconds() if started and finished else 0.0


def _quoted(event: Object) -> str:
    return f"event {text(event, 'reason')} ×{count_of(event)}: {text(event, 'message')}"
