"""What a check of the cloud found: how grave, what, the evidence for it, and what to do."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.room import Room
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.sls.fitting import texts_that_fit

UNCLEAR, PASSED, NOT_UNDERSTOOD = "unclear", "passed", "not understood"
LEVELS = ("critical", "error", "warning", "advice", UNCLEAR, PASSED, NOT_UNDERSTOOD)  # gravest first
TROUBLES = LEVELS[:5]
TARGETS_KEPT = 50
_TARGETS_SHOWN = 8
_LONGEST_NAME = 200
_BETWEEN_NAMES = re.compile(r"[\s,;:()\"']+")
_SHORTEST = 3  # bytes of a finding: `- x`
_KIND = "f"  # of a token: findings that were shown


class Finding(Answer):
    level: str = Field(description="critical, error, warning, advice or unclear; with details also what passed.")
    what: str
    where: str = Field("", description="The group of checks that it belongs to.")
    evidence: str = ""
    targets: tuple[str, ...] = ()
    more_targets: int = 0
    remedy: str = ""

    def lines(self) -> str:
        head = ": ".join(part for part in (self.where, self.what, self.evidence) if part)
        below = (("on", self._targets()), ("remedy", self.remedy))
        return "\n".join([f"- {head}", *(f"  {name}: {text}" for name, text in below if text)])

    def _targets(self) -> str:
        """Those that the evidence does not name already."""
        named = set(_BETWEEN_NAMES.split(self.evidence))
        others = [target for target in self.targets if target not in named]
        hidden = max(len(others) - _TARGETS_SHOWN, 0) + self.more_targets
        return ", ".join(others[:_TARGETS_SHOWN]) + (f" and {hidden} more" if hidden else "")


@dataclass(frozen=True)
class Shown:
    """The findings of one answer; `token` continues with the rest. `first` counts from 1."""

    findings: tuple[Finding, ...]
    first: int
    total: int
    token: str = ""


def by_gravity(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda each: LEVELS.index(each.level))


def fitting(found: Sequence[Finding], room: Room) -> Shown:
    """Raises InvalidInput for a room whose start is not one of findings."""
    (start,) = room.counts(_KIND, 1) or (0,)
    most = room.content // _SHORTEST  # more do not fit, so that it takes no longer for more
    rest = [_within(each, room.content // 2) for each in found[start : start + most]]
    kept = rest[: texts_that_fit([each.lines() for each in rest], room)]
    end = start + len(kept)
    return Shown(tuple(kept), start + 1, len(found), room.token(_KIND, end) if end < len(found) else "")


def _within(finding: Finding, limit: int) -> Finding:
    """One that would leave no room for another is shown with less of each text, in bytes."""
    if len(finding.lines().encode()) <= limit:
        return finding
    share = limit // 4
    texts = {"what": finding.what, "evidence": finding.evidence, "remedy": finding.remedy}
    less = {
        key: text.encode()[:share].decode(errors="ignore") + "…"
        for key, text in texts.items()
        if len(text.encode()) > share
    }
    kept = finding.targets[:1]
    return finding.model_copy(
        update={**less, "targets": kept, "more_targets": finding.more_targets + len(finding.targets) - len(kept)}
    )


def grouped(found: Iterable[Finding]) -> str:
    """Under a line for each level."""
    groups = groupby(found, key=lambda each: each.level)
    return "\n".join("\n".join([f"{level}:", *(each.lines() for each in members)]) for level, members in groups)


def counted(found: Iterable[Finding]) -> str:
    """`3 findings (1 error, 2 warning)`, or `no findings`."""
    counts = Counter(each.level for each in found)
    named = [f"{counts[level]} {level}" for level in TROUBLES if counts[level]]
    total = sum(counts[level] for level in TROUBLES)
    return f"{total} finding{'s' * (total != 1)} ({', '.join(named)})" if named else "no findings"


def short(text: str, limit: int) -> str:
    """Of the cloud's text: one line without secrets that tells when it was cut."""
    whole = one_line(redact_text(text))
    return whole if len(whole) <= limit else f"{whole[:limit].rstrip()}… ({len(whole):,} characters)"


def name(text: str) -> str:
    return short(text, _LONGEST_NAME)
