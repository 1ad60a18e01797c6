"""Init containers that do not end, so that no other container of their pods begins."""

from collections.abc import Iterator

from ack_mcp_server.kube.native.ages import human_duration
from ack_mcp_server.kube.objects import name_of
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.pods import Trouble
from ack_mcp_server.triage.rules.telling import blamed, last_lines, telling
from ack_mcp_server.triage.starts import command_of
from ack_mcp_server.triage.workloads import Case, where

_LONGEST = 200  # characters of a command


def unfinished(case: Case) -> Iterator[Cause]:
    told: dict[str, Trouble] = {}
    for trouble in case.unfinished:
        if trouble.container not in told or (_log(case, trouble) and not _log(case, told[trouble.container])):
            told[trouble.container] = trouble
    for trouble in told.values():
        yield _cause(case, trouble)


def _cause(case: Case, trouble: Trouble) -> Cause:
    lines = telling(_log(case, trouble), 1) or last_lines(_log(case, trouble), 1)
    why = f": {blamed(lines[0])}" if lines else ""
    ran = human_duration((case.scene.now - trouble.since).total_seconds()) if trouble.since else "a while"
    says = f'init container "{trouble.container}" has run for {ran}, and the other containers wait for its end{why}'
    return Cause(
        kind="InitContainerUnfinished",
        says=says,
        evidence=(*_command(trouble), *(f"log: {each}" for each in lines)),
        weight=88,
        next=f"logs {name_of(trouble.pod)} -c {trouble.container}{where(case.ref)} --tail=50",
        since=trouble.since,
    )


def _command(trouble: Trouble) -> Iterator[str]:
    """It often names what is waited for, where the log is silent."""
    if command := command_of(trouble.spec):
        yield f"command: {command[:_LONGEST]}"


def _log(case: Case, trouble: Trouble) -> tuple[str, ...]:
    return case.logs.get((name_of(trouble.pod), trouble.container, False), ())
