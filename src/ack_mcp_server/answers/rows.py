"""Rows of a table as they stream by: all while they fit, else the unhealthy ones first, and every one is counted."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field

from ack_mcp_server.answers.health import Judge, judge_for
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.text import HOW, how_to_continue

Row = Sequence[str]

_KIND = "r"  # the table's number, then the unhealthy and the healthy rows that were shown
_BATCH = 64  # rows between two looks at the size
_GAP = 3  # characters between columns
_LEAST = 6  # characters of the narrowest column
_STATES = 40  # different ones that are counted by name
_NAMED = 6  # that the headline names
_OTHERS = "others"
# What is told in a line of ours: no sentences of a cluster's.
_WORD = re.compile(r"[\w:/,.+-]{0,32}(?: but not ready)?|not ready")


@dataclass(frozen=True)
class Rows:
    """What is shown of a table. `whole` says that it is all, in the server's order. `states` count all rows, the most
    frequent first, and are empty where no column tells health; `left_out` are the (unhealthy, healthy) rows that come
    after the shown ones, `token` continues with them. `by_health` is False where another order was asked for."""

    headers: Row
    kept: tuple[Row, ...]
    total: int
    whole: bool = True
    states: tuple[tuple[str, int], ...] = ()
    left_out: tuple[int, int] = (0, 0)
    token: str = ""
    by_health: bool = True

    def headline(self, what: str) -> str:
        """`20,000 pods: 19,870 Running, 61 Completed, 40 CrashLoopBackOff`; `what` is the kind in the plural."""
        named = [f"{count:,} {state}" for state, count in self.states[:_NAMED]]
        rest = sum(count for _, count in self.states[_NAMED:])
        states = ", ".join([*named, *([f"{rest:,} {_OTHERS}"] if rest else [])])
        return f"{self.total:,} {what}{f': {states}' if states else ''}"

    def notes(self, how: str = HOW) -> tuple[str, ...]:
        """What the last line says: nothing when all is shown."""
        if not self.token:
            return () if self.whole else (f"the last {len(self.kept):,} of {self.total:,} rows shown; this is the end",)
        more = f" ({self.left_out[0]:,} more of these)" if self.left_out[0] else ""
        order = f", unhealthy first{more}" if self.states and self.by_health else ""
        return (f"{len(self.kept):,} of {self.total:,} rows shown{order}. {how_to_continue(self.token, how)}",)


@dataclass
class _Kept:
    """Rows of one class within a number of bytes, after the first `skip` ones."""

    skip: int
    limit: int
    rows: list[Row] = field(default_factory=list)
    seen: int = 0
    used: int = 0

    def add(self, row: Row) -> None:
        self.seen += 1
        if self.used > self.limit or self.seen <= self.skip:
            return
        size = len("".join(row))
        self.rows.append(row if size * 2 <= self.limit else _clipped(row, self.limit))
        self.used += size + _GAP * len(row)


class _Size:
    """Bytes of a printed table at most: columns as wide as their widest cell, but the last one, which is not padded."""

    def __init__(self, headers: Row) -> None:
        self._widths = [max(_LEAST, len(name)) for name in headers]
        self._last = len(headers[-1]) if headers else 0
        self.rows = 0

    def add(self, rows: Sequence[Row]) -> None:
        if not any(rows):
            return
        *columns, last = (list(map(len, column)) for column in zip(*rows, strict=False))
        widths = [max(width, *column) for width, column in zip(self._widths, columns, strict=False)]
        self._widths = [*widths, self._widths[-1]]
        self._last += sum(last) + _wider(rows)
        self.rows += len(rows)

    @property
    def bytes(self) -> int:
        padded = sum(self._widths[:-1]) + _GAP * len(self._widths)
        return (padded + 1) * (self.rows + 1) + self._last


class RowWindow:
    """The rows of one table within a room. Memory is bounded by the room and a batch of rows, whatever is added.

    `table` is the table's number when an answer has several: a continued answer skips those before its start.
    `ordered` keeps the order that was asked for, whatever the rows' health.
    Raises InvalidInput when the room's start is not one of a table.
    """

    def __init__(self, headers: Row, room: Room, *, table: int = 0, ordered: bool = False) -> None:
        number, unhealthy, healthy = room.counts(_KIND, 3) or (0, 0, 0)
        skips = (unhealthy, healthy) if number == table else (0, 0)
        self._headers, self._room, self._table, self._ordered = headers, room, table, ordered
        self._before = table < number
        self._continued = number == table and bool(room.start)
        self._judge: Judge | None = None
        self._pending: list[Row] = []
        self._due = _BATCH
        self._states: Counter[str] = Counter()
        self._size = _Size(headers)
        self._unhealthy, self._healthy = (_Kept(skip, room.content) for skip in skips)
        self._crowded = False
        if self._continued or self._before:
            self._crowd()

    def add(self, cells: Row) -> None:
        self._pending.append(cells)
        if len(self._pending) >= self._due:
            self._settle()

    def extend(self, rows: Iterable[Row]) -> None:
        """As `add` for each, of a page at once."""
        self._pending.extend(rows)
        if len(self._pending) >= self._due:
            self._settle()

    def finish(self) -> Rows:
        self._settle()
        if not self._crowded:
            return Rows(self._headers, tuple(self._pending), len(self._pending))
        total = self._unhealthy.seen + self._healthy.seen
        states = tuple(_by_count(self._states)) if self._judge else ()
        if self._before:
            return Rows(self._headers, (), total, False, states)
        return self._window(total, states)

    def _settle(self) -> None:
        """Looks whether all still fits; if not, sorts it by health and lets go of what does not fit."""
        if not self._crowded:
            self._size.add(self._pending[self._size.rows :])
            self._due = self._size.rows + _BATCH
        if self._crowded or self._size.bytes > self._room.content:
            self._crowd()

    def _crowd(self) -> None:
        if not self._crowded:
            self._crowded, self._judge, self._due = True, judge_for(self._headers), _BATCH
        states, judge = self._states, self._judge
        for cells in self._pending:
            state, well = judge(cells) if judge else ("", True)
            states[state if state in states or (len(states) < _STATES and _WORD.fullmatch(state)) else _OTHERS] += 1
            (self._healthy if well or self._ordered else self._unhealthy).add(cells)
        self._pending = []

    def _window(self, total: int, states: tuple[tuple[str, int], ...]) -> Rows:
        bad, good = self._unhealthy, self._healthy
        first = [*bad.rows, *(good.rows if len(bad.rows) >= bad.seen - bad.skip else ())]
        kept = first[: _fitting(first, self._headers, self._room.content)]
        shown = (bad.skip + min(len(kept), len(bad.rows)), good.skip + max(len(kept) - len(bad.rows), 0))
        left = (max(bad.seen - shown[0], 0), max(good.seen - shown[1], 0))
        token = self._room.token(_KIND, self._table, *shown) if any(left) else ""
        return Rows(self._headers, tuple(kept), total, False, states, left, token, by_health=not self._ordered)


def _by_count(states: Counter[str]) -> Iterable[tuple[str, int]]:
    return sorted(states.items(), key=lambda item: (item[0] == _OTHERS, -item[1]))


def _wider(rows: Sequence[Row]) -> int:
    """Bytes beyond one a character."""
    text = "".join(map("".join, rows))
    return 0 if text.isascii() else len(text.encode()) - len(text)


def _fitting(rows: Sequence[Row], headers: Row, limit: int) -> int:
    """How many rows fit, at least one when there is any room, so that continuing gets on."""
    size, number = _Size(headers), 0
    for step in (_BATCH, 1):
        while number < len(rows):
            tried = copy(size)
            tried.add(rows[number : number + step])
            if tried.bytes > limit:
                break
            size, number = tried, number + step
    return max(min(number, len(rows)), int(limit > 0 and len(rows) > 0))


def _clipped(row: Row, limit: int) -> Row:
    """A row that would leave no room for another, its cells cut."""
    share = max(limit // (4 * len(row)), 8)
    return tuple(cell if len(cell) <= share else f"{cell[: share - 1]}…" for cell in row)
