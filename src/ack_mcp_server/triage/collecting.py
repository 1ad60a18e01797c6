"""Findings with everything that is known of them, and the report that is made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ack_mcp_server.kube.objects import Ref
from ack_mcp_server.triage.changes import began, changes
from ack_mcp_server.triage.findings import Finding
from ack_mcp_server.triage.judging import judged
from ack_mcp_server.triage.peaks import Peaks
from ack_mcp_server.triage.rules.telling import last_lines, telling
from ack_mcp_server.triage.use import Usage, use
from ack_mcp_server.triage.workloads import Case


@dataclass(frozen=True)
class Extra:
    """What other sources know: usage by the metrics server and by Prometheus, and who changed what, by subject."""

    usage: Usage
    peaks: Peaks
    audited: Mapping[Ref, tuple[str, ...]]


def findings(ill: Sequence[Case], others: Sequence[Finding], extra: Extra) -> list[Finding]:
    """The gravest first."""
    told = [_finding(case, extra) for case in ill]
    told += [replace(each, changes=extra.audited.get(each.subject, ())) for each in others]
    return sorted(told, key=lambda each: (-each.severity, each.subject))


def _finding(case: Case, extra: Extra) -> Finding:
    since = began(case)
    finding = judged(case)
    source, log = _log(case, finding)
    return replace(
        finding,
        began=since,
        use=use(case, extra.usage, extra.peaks),
        changes=(*changes(case, since), *extra.audited.get(case.ref, ())),
        log=log,
        log_source=source,
    )


def _log(case: Case, finding: Finding) -> tuple[str, tuple[str, ...]]:
    """The end of the most telling log, without the lines that are evidence already."""
    said = " ".join(finding.causes[0].evidence)
    for (pod, container, previous), lines in sorted(
        case.logs.items(), key=lambda each: (not telling(each[1]), each[0])
    ):
        kept = [line for line in last_lines(lines) if line not in said]
        if kept:
            return f"{pod} {container}{' (previous run)' * previous}", tuple(kept)
    return "", ()
