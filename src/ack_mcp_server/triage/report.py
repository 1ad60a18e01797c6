"""A triage as an answer: the gravest first, each with its likely cause, the evidence for it, and the next command."""

from collections.abc import Iterable
from datetime import datetime

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import clean_text, one_line
from ack_mcp_server.answers.marks import composed, disarm
from ack_mcp_server.kube.objects import ago
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.triage.findings import Finding

_READ = 16_384  # characters of a message that are looked at
_LONGEST = 1000  # of one that are kept
_LINE = 230  # characters of one line of evidence
_HEAD = 60
_SHORT = 150


class CauseReport(Answer):
    kind: str
    says: str
    evidence: tuple[str, ...] = ()
    next: str = ""


class FindingReport(Answer):
    kind: str
    namespace: str
    name: str
    state: str
    since: str = ""
    causes: tuple[CauseReport, ...]
    use: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    log_source: str = ""
    changes: tuple[str, ...] = ()

    @classmethod
    def of(cls, finding: Finding, now: datetime) -> "FindingReport":
        return cls(
            kind=finding.subject.kind,
            namespace=finding.subject.namespace,
            name=finding.subject.name,
            state=finding.state,
            since=ago(finding.began or finding.since, now),
            causes=tuple(
                CauseReport(kind=c.kind, says=_told(c.says), evidence=_lines(c.evidence), next=_told(c.next))
                for c in finding.causes
            ),
            use=_lines(finding.use),
            log=_lines(finding.log),
            log_source=finding.log_source,
            changes=_lines(finding.changes),
        )


class TriageReport(Answer):
    """`looked_at` says where and at how much; `missing` which sources could not be read, and why."""

    where: str
    looked_at: str
    findings: tuple[FindingReport, ...]
    left_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    room: int = 24_000

    def text(self) -> str:
        return composed(
            "\n\n".join(self._parts()), source="from the cluster", above=[self._headline()], below=list(self._below())
        )

    def _headline(self) -> str:
        if not self.findings:
            return f"nothing in {self.where} is unwell: {self.looked_at}"
        count = len(self.findings) + len(self.left_out)
        things = "thing is" if count == 1 else "things are"
        return f"{count} {things} unwell in {self.where}, the gravest first; {self.looked_at}"

    def _below(self) -> list[str]:
        lines = list(self.notes)
        if self.missing:
            lines.append(f"not read, so nothing is said of it: {'; '.join(self.missing)}")
        return lines

    def _parts(self) -> list[str]:
        """In full while they fit; then in one line each."""
        parts, used = [], 0
        for number, finding in enumerate(self.findings, 1):
            full = "\n".join(_full(number, finding))
            short = _brief(number, finding)
            rest = sum(len(_brief(0, each).encode()) + 2 for each in self.findings[number:])
            parts.append(full if used + len(full.encode()) + rest <= self.room else short)
            used += len(parts[-1].encode()) + 2
        if self.left_out:
            parts.append(f"and {len(self.left_out)} more: {', '.join(self.left_out[:40])}")
        return parts


def _told(text: str) -> str:
    """What a cluster said, on one line, without secrets: messages repeat what probes, registries and programs say."""
    return disarm(one_line(redact_text(clean_text(text[:_READ])), _LONGEST))


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_told, texts))


def _clipped(whole: str) -> str:
    """Both ends: who speaks comes first, and why last."""
    return whole if len(whole) <= _LINE else f"{whole[:_HEAD]} … {whole[_HEAD - _LINE :]}"


def _title(number: int, finding: FindingReport) -> str:
    space = f" -n {finding.namespace}" if finding.namespace else ""
    since = f", since {finding.since}" if finding.since else ""
    return f"{number}. {finding.kind}/{finding.name}{space}: {finding.state}{since}"


def _brief(number: int, finding: FindingReport) -> str:
    cause = finding.causes[0]
    return f"{_title(number, finding)}: {cause.kind}: {one_line(cause.says, _SHORT)}"


def _full(number: int, finding: FindingReport) -> list[str]:
    first, *others = finding.causes
    lines = [_title(number, finding), f"   {first.kind}: {one_line(first.says, 2 * _LINE)}"]
    lines += [f"   - {_clipped(each)}" for each in first.evidence]
    lines += [f"   - use: {each}" for each in finding.use]
    lines += [f"   - changed before: {one_line(each, _SHORT)}" for each in finding.changes]
    if finding.log:
        lines += [f"   - end of log {finding.log_source}:", *(f"     {one_line(each, _LINE)}" for each in finding.log)]
    lines += [f"   or {each.kind}: {one_line(each.says, _SHORT)}" for each in others]
    return [*lines, *([f"   next: {first.next}"] if first.next else [])]
