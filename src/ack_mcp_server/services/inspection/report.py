"""An inspection report as an answer: by severity, what is normal as a count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.services.findings import (
    LEVELS,
    TARGETS_KEPT,
    TROUBLES,
    UNCLEAR,
    Finding,
    Shown,
    by_gravity,
    counted,
    fitting,
    grouped,
    name,
    short,
)
from ack_mcp_server.services.inspection.wire import Item

_EVIDENCE, _REMEDY, _TARGET = 800, 600, 120  # characters
_NORMAL, _DISABLED = "false", "disable"


@dataclass(frozen=True)
class Wanted:
    """Empty means all."""

    category: str = ""
    level: str = ""

    def is_of(self, item: Item) -> bool:
        return not self.category or item.category.lower() == self.category


@dataclass(frozen=True)
class Sorted:
    """The items of a report: what was found, how many are normal or switched off, how many the level left out."""

    found: tuple[Finding, ...]
    normal: int
    disabled: int
    of_other_levels: int


class InspectionReport(Answer):
    cluster_id: str
    report_id: str = ""
    status: str = Field(description="completed or running; empty where there is no report.")
    started: str = ""
    finished: str = ""
    summary: str = ""
    findings: tuple[Finding, ...] = Field((), description="The gravest first.")
    normal: int = Field(0, description="Items that found nothing.")
    notes: tuple[str, ...] = ()
    next: str = Field("", description="What `continue` takes for more.")

    def text(self) -> str:
        source = "inspection report" if self.findings else ""
        return composed(grouped(self.findings), source=source, above=(self._headline(),), below=self.notes)

    def _headline(self) -> str:
        if not self.report_id:
            return f"no finished inspection report of cluster {self.cluster_id}"
        about = f"inspection report {self.report_id} of cluster {self.cluster_id}"
        if self.summary:
            return f"{about}: {self.summary}; finished {self.finished or 'at an unknown time'}"
        return f"{about}: {self.status}{f', since {self.started}' * bool(self.started)}"


def sorted_items(items: Sequence[Item], wanted: Wanted) -> Sorted:
    """Takes time in proportion to the items' texts, so it is no work for the event loop."""
    mine = [item for item in items if wanted.is_of(item)]
    results = [str(item.result).lower() for item in mine]
    wrong = [_finding(item) for item, result in zip(mine, results, strict=True) if result not in (_NORMAL, _DISABLED)]
    kept = [each for each in wrong if wanted.level in ("", each.level)]
    return Sorted(
        found=tuple(by_gravity(kept)),
        normal=results.count(_NORMAL),
        disabled=results.count(_DISABLED),
        of_other_levels=len(wrong) - len(kept),
    )


def told(items: Sorted, room: Room) -> dict[str, Any]:
    """The fields of an answer that are of the items. Raises InvalidInput for a room that continues something else."""
    shown = fitting(items.found, room)
    return {
        "summary": _summary(items),
        "findings": shown.findings,
        "normal": items.normal,
        "notes": (*_left_out(items), *_rest(shown)),
        "next": shown.token,
    }


def _rest(shown: Shown) -> tuple[str, ...]:
    if not shown.token:
        return ()
    last = shown.first + len(shown.findings) - 1
    going_on = f'Next: the same call, without refresh, with continue="{shown.token}", or narrow it by category or level'
    return (f"{shown.first}-{last} of {shown.total} shown. {going_on}",)


def _finding(item: Item) -> Finding:
    level = item.level.lower() if item.level.lower() in LEVELS[: TROUBLES.index(UNCLEAR)] else UNCLEAR
    title = item.name or item.uid or item.description
    targets = [text for each in item.targets if (text := short(str(each), _TARGET))]
    return Finding(
        level=level,
        what=name(title),
        where=name(item.category),
        evidence=short(item.description, _EVIDENCE) if item.description != title else "",
        targets=tuple(targets[:TARGETS_KEPT]),
        more_targets=max(len(targets) - TARGETS_KEPT, 0),
        remedy=short(item.fix, _REMEDY),
    )


def _summary(items: Sorted) -> str:
    disabled = f", {items.disabled} switched off" if items.disabled else ""
    return f"{counted(items.found)}, {items.normal} normal{disabled}"


def _left_out(items: Sorted) -> tuple[str, ...]:
    count = items.of_other_levels
    return (f"{count} finding{'s' * (count != 1)} of other levels left out",) if count else ()
