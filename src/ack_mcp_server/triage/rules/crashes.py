"""Containers that end again and again: killed for memory or by a probe, or by an error of their own."""

from collections.abc import Iterator

from ack_mcp_server.kube.objects import ago, name_of, number, part, text, time_of
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.pods import Trouble
from ack_mcp_server.triage.rules.probes import liveness_kill
from ack_mcp_server.triage.rules.telling import blamed, telling
from ack_mcp_server.triage.workloads import Case, where

_OOM_EXIT = 137
_CODES = {
    126: "its command cannot be executed",
    127: "its command does not exist in the image",
    134: "it aborted itself",
    139: "it accessed memory that is not its own (SIGSEGV)",
    143: "it was asked to end (SIGTERM)",
    137: "it was killed (SIGKILL)",
}


def crashes(case: Case) -> Iterator[Cause]:
    worst: dict[str, Trouble] = {}
    for trouble in sorted(case.of("crash"), key=lambda each: each.restarts):
        worst[trouble.container] = trouble
    for trouble in worst.values():
        yield _cause(case, _explained(case, trouble))


def _explained(case: Case, trouble: Trouble) -> Trouble:
    """Of the pods with this trouble, one whose log or end tells most."""
    same = [each for each in case.of("crash") if each.container == trouble.container]
    killed = [each for each in same if text(each.last, "reason") == "OOMKilled"]
    logged = [each for each in same if telling(_log(case, each))]
    return next(iter((*killed, *logged)), trouble)


def _cause(case: Case, trouble: Trouble) -> Cause:
    if text(trouble.last, "reason") == "OOMKilled" or _kernel_killed(case, trouble):
        return _out_of_memory(case, trouble)
    return liveness_kill(case, trouble) or _own_error(case, trouble)


def _kernel_killed(case: Case, trouble: Trouble) -> bool:
    """Where a child process was killed, the container's own end may not say so."""
    if number(trouble.last, "exitCode") != _OOM_EXIT:
        return False
    return bool(case.scene.events(trouble.pod, "OOMKilling"))


def _out_of_memory(case: Case, trouble: Trouble) -> Cause:
    limit = text(part(trouble.spec, "resources", "limits"), "memory")
    bound = f"its memory limit of {limit}" if limit else "the memory of the node (it has no limit)"
    command = f"set resources {case.ref}{where(case.ref)} -c {trouble.container} --limits=memory=…"
    return Cause(
        kind="OOMKilled",
        says=f"{_what(trouble)} needs more than {bound} and is killed by the kernel",
        evidence=(_ended(case, trouble),),
        weight=97,
        next=command
        if case.ref.kind in ("deployment", "statefulset", "daemonset")
        else f"describe {case.ref}{where(case.ref)}",
        since=trouble.since,
    )


def _own_error(case: Case, trouble: Trouble) -> Cause:
    code = number(trouble.last, "exitCode")
    lines = telling(_log(case, trouble), 2)
    message = text(trouble.last, "message").strip().splitlines()[-1:] or ([trouble.message] if not trouble.last else [])
    line = next(iter([*lines, *message]), "")
    why = blamed(line) if line else _CODES.get(code, f"it ends with exit code {code}")
    kind = (
        "InitContainerFailing"
        if trouble.is_init
        else "SidecarCrashing"
        if trouble.is_sidecar
        else "ApplicationCrashing"
    )
    evidence = (_ended(case, trouble), *(f"log: {each}" for each in lines))
    flag = "--previous " if text(part(trouble.status, "state", "waiting"), "reason") or not lines else ""
    return Cause(
        kind=kind,
        says=f"{_what(trouble)} ends by itself: {why}",
        evidence=evidence,
        weight=90 if line else 65,
        next=f"logs {name_of(trouble.pod)} -c {trouble.container}{where(case.ref)} {flag}--tail=50",
        since=trouble.since,
    )


def _what(trouble: Trouble) -> str:
    name = f'container "{trouble.container}"'
    return f"init {name}" if trouble.is_init else f"sidecar {name}" if trouble.is_sidecar else name


def _ended(case: Case, trouble: Trouble) -> str:
    reason, code = text(trouble.last, "reason") or "ended", number(trouble.last, "exitCode")
    when = ago(time_of(trouble.last, "finishedAt"), case.scene.now)
    return f"status: {reason}, exit code {code}, {when}; {trouble.restarts} restarts"


def _log(case: Case, trouble: Trouble) -> tuple[str, ...]:
    pod = name_of(trouble.pod)
    return case.logs.get((pod, trouble.container, True)) or case.logs.get((pod, trouble.container, False)) or ()
