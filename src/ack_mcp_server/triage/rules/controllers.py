"""What controllers say of their pods: not created, evicted, stuck at their end, a rollout or a job given up."""

import re
from collections.abc import Iterator
from datetime import datetime

from ack_mcp_server.kube.objects import Object, condition, is_true, items, name_of, part, text, time_of
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.rules.telling import blamed, telling
from ack_mcp_server.triage.scene import count_of
from ack_mcp_server.triage.workloads import Case, where

_QUOTA = re.compile(
    r"exceeded quota: ([a-z0-9.-]{1,253}), requested: (.{1,300}?), used: (.{1,300}?), limited: ([^;]{1,300})"
)
_SHORT_OF = re.compile(r"low on resource: ([a-z-]{1,60})")
_USING = re.compile(r"was using (\S{1,40}), request is (\S{1,40}),")
_NAMED = 10  # pods of one command
_CREATION = (
    ("PodSecurityRefused", re.compile(r"violates PodSecurity|PodSecurityPolicy|securitycontextconstraints", re.I),
     "the namespace's pod security level refuses its pods"),
    ("WebhookRefused", re.compile(r"admission webhook|failed calling webhook", re.I),
     "an admission webhook refuses its pods"),
    ("LimitRangeRefused", re.compile(r"(minimum|maximum) (cpu|memory).*usage|LimitRange", re.I),
     "a LimitRange of the namespace refuses its pods"),
    ("ServiceAccountMissing", re.compile(r"serviceaccount .* not found", re.I),
     "its service account does not exist"),
)  # fmt: skip


def not_created(case: Case) -> Iterator[Cause]:
    """Pods that the API server refuses to take."""
    failure, said, since = _refusal(case)
    if not said:
        return
    if found := _QUOTA.search(said):
        says = f'the quota "{found[1]}" is used up: {found[4]} allowed, {found[3]} used, each pod requests {found[2]}'
        command = f"describe resourcequota {found[1]}{where(case.ref)}"
        yield Cause(kind="QuotaExceeded", says=says, evidence=(failure,), weight=96, next=command, since=since)
        return
    kind, says = next(
        ((k, s) for k, words, s in _CREATION if words.search(said)), ("PodsRefused", "its pods are refused")
    )
    yield Cause(
        kind=kind, says=says, evidence=(failure,), weight=92, next=f"describe {case.ref}{where(case.ref)}", since=since
    )


def _refusal(case: Case) -> tuple[str, str, datetime | None]:
    sets = case.scene.replica_sets_of(case.obj)
    for obj in (case.obj, *sets):
        failure = condition(obj, "ReplicaFailure")
        if text(failure, "status") == "True":
            said = text(failure, "message")
            return f"status: {text(failure, 'reason')}: {said}", said, time_of(failure, "lastTransitionTime")
    if case.ready >= case.wanted:
        return "", "", None
    for obj in (case.obj, *sets):
        for event in case.scene.events(obj, "FailedCreate")[:1] if obj else ():
            said = text(event, "message")
            return f"event FailedCreate ×{count_of(event)}: {said}", said, time_of(event, "firstTimestamp")
    return "", "", None


def evictions(case: Case) -> Iterator[Cause]:
    found = case.of("evicted")
    if not found:
        return
    newest = max(found, key=lambda trouble: str(trouble.since or ""))
    short = _SHORT_OF.search(newest.message)
    what = short[1] if short else "a resource"
    using = _USING.search(newest.message)
    used = f": the container used {_readable(using[1])} and requests {using[2]}" if using else ""
    many = f"{len(found)} of its pods were" if len(found) > 1 else "a pod of it was"
    yield Cause(
        kind="Evicted",
        says=f"{many} evicted because the node ran short of {what}{used}",
        evidence=(f"status: Evicted: {newest.message.strip()}",),
        weight=93,
        next=_against_eviction(case, newest.pod, what),
        since=newest.since,
    )


def _against_eviction(case: Case, pod: Object, what: str) -> str:
    now, then = _requests(part(case.obj, "spec", "template"), what), _requests(pod, what)
    if any(asked and then.get(name) != asked for name, asked in now.items()):
        names = " ".join(case.names(case.of("evicted"))[:_NAMED])
        return (
            f"delete pod {names}{where(case.ref)} (evicted under an earlier template; the present one requests {what})"
        )
    return f"set resources {case.ref}{where(case.ref)} --requests={what}=… --limits={what}=…, or mount a volume"


def _requests(pod: Object, what: str) -> dict[str, str]:
    """By container."""
    return {text(each, "name"): text(each, "resources", "requests", what) for each in items(pod, "spec", "containers")}


def _readable(amount: str) -> str:
    digits = amount.removesuffix("Ki")
    if amount.endswith("Ki") and digits.isdecimal():
        return f"{int(digits) / 2**20:.3g}Gi"
    return amount


def failures(case: Case) -> Iterator[Cause]:
    """Pods that ended for good, of something that is no job."""
    found = case.of("failed")
    if not found or case.ref.kind == "job":
        return
    reason = found[0].reason or "Error"
    says = f"{len(found)} of its pods failed ({reason})"
    yield Cause(
        kind="PodsFailed", says=says, evidence=(f"status: {reason}: {found[0].message}",), weight=60,
        next=f"describe pod {name_of(found[0].pod)}{where(case.ref)}", since=found[0].since,
    )  # fmt: skip


def terminating(case: Case) -> Iterator[Cause]:
    for trouble in case.of("terminating")[:1]:
        held = [str(each) for each in items(trouble.pod, "metadata", "finalizers")]
        why = (
            f"the finalizer {', '.join(held)} is not removed" if held else "its kubelet does not confirm that it ended"
        )
        kind = "FinalizerStuck" if held else "TerminationStuck"
        command = f"get pod {name_of(trouble.pod)}{where(case.ref)} -o yaml"
        says = f"pod {name_of(trouble.pod)} does not finish terminating: {why}"
        yield Cause(kind=kind, says=says, weight=70, next=command, since=trouble.since)


def rollout(case: Case) -> Iterator[Cause]:
    """A rollout that was given up; asked where nothing else explains it."""
    progressing = condition(case.obj, "Progressing")
    if text(progressing, "reason") != "ProgressDeadlineExceeded":
        return
    yield Cause(
        kind="RolloutStuck",
        says="its rollout got no further within its deadline",
        evidence=(f"status: ProgressDeadlineExceeded: {text(progressing, 'message')}",),
        weight=45,
        next=f"rollout history {case.ref}{where(case.ref)}",
        since=time_of(progressing, "lastTransitionTime"),
    )


def jobs(case: Case) -> Iterator[Cause]:
    failed = condition(case.obj, "Failed")
    if case.ref.kind != "job" or not is_true(case.obj, "Failed"):
        return
    lines = _lines(case)
    line = next(iter(lines), "")
    reason = text(failed, "reason") or "Failed"
    attempts = len([pod for pod in case.pods if text(pod, "status", "phase") == "Failed"])
    ended = f"all {attempts} attempts ended with: {blamed(line)}" if line else f"{reason} after {attempts} attempts"
    late = reason == "DeadlineExceeded"
    yield Cause(
        kind="JobDeadlineExceeded" if late else "JobFailed",
        says="it did not end within its deadline" if late else ended,
        evidence=(f"status: {reason}: {text(failed, 'message')}", *(f"log: {each}" for each in lines)),
        weight=90 if line or late else 70,
        next=f"logs job/{case.ref.name}{where(case.ref)} --tail=50",
        since=time_of(failed, "lastTransitionTime"),
    )


def _lines(case: Case) -> list[str]:
    logs = [lines for _, lines in sorted(case.logs.items(), reverse=True)]
    return next((found for found in (telling(lines, 2) for lines in logs) if found), [])
