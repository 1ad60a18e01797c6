"""Findings with everything that is known of them, and the report that is made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ack_mcp_server.kube.objects import Ref
from ack_mcp_server.triage.changes import began, changes
from ack_mcp_server.triage.findings import Finding
from ack_mcp_server.triage.judging import judged
from ack_mcp_server.triage.named import Named, specs_of
from ack_mcp_server.triage.peaks import Peaks
from ack_mcp_server.triage.rules.telling import last_lines, telling
from ack_mcp_server.triage.trail import Trail
from ack_mcp_server.triage.use import Usage, use
from ack_mcp_server.triage.workloads import Case


@dataclass(frozen=True)
class Extra:
    """What other sources know: usage by the metrics server and by Prometheus, and who changed what, by subject."""

    usage: Usage
    peaks: Peaks
    trails: Mapping[Ref, Trail]


def findings(ill: Sequence[Case], others: Sequence[Finding], extra: Extra) -> list[Finding]:
    """The gravest first."""
    told = [_finding(case, extra) for case in ill]
    told += [_other(each, extra.trails.get(each.subject)) for each in others]
    return sorted(told, key=lambda each: (-each.severity, each.subject))


def _other(finding: Finding, trail: Trail | None) -> Finding:
    """What is absent is so since it was deleted, where nothing else tells."""
    if trail is None:
        return finding
    began = trail.gone.time if trail.gone and not finding.since else None
    return replace(finding, began=began, changes=trail.told(Named.of([], _evidence(finding))))


def _finding(case: Case, extra: Extra) -> Finding:
    since = began(case)
    finding = judged(case)
    source, log = _log(case, finding)
    specs = specs_of(case.obj, (trouble.pod for trouble in case.troubles))
    named, trail = Named.of(specs, (*_evidence(finding), *log)), extra.trails.get(case.ref)
    return replace(
        finding,
        began=since,
        use=use(case, extra.usage, extra.peaks),
        changes=(*changes(case, since, named), *(trail.told(named) if trail else ())),
        log=log,
        log_source=source,
    )


def _evidence(finding: Finding) -> tuple[str, ...]:
    return tuple(line for cause in finding.causes for line in cause.evidence)


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
