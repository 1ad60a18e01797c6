"""Selectors and subqueries: from a source's samples to vectors."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import promql_parser as ast
import re2

from ack_sandbox.promql.budget import Budget
from ack_sandbox.promql.labels import label_set
from ack_sandbox.promql.model import NAME, Matcher, QueryError, RawSeries, Source, compiled, is_stale, unknown
from ack_sandbox.promql.samples import ByClock, Samples, Window, spans
from ack_sandbox.promql.series import Series, Steps, Vector

LOOKBACK = 300_000
"""Milliseconds that a sample stands for its series."""

SUBQUERY_INTERVAL = 60_000
"""Of a subquery that names none: Prometheus's default evaluation interval, milliseconds."""

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Query:
    """What all parts of one query share; `start` and `end` are those of `@ start()` and `@ end()`, milliseconds."""

    source: Source
    budget: Budget
    start: int
    end: int


def milliseconds(duration: timedelta | None) -> int:
    return 0 if duration is None else duration // _MILLISECOND


def looked_at(query: Query, node: Any, steps: Steps) -> Sequence[int]:
    """The time that a selector or subquery looks at in each step, after `@` and `offset`."""
    offset = milliseconds(node.offset)
    if node.at is None:
        return range(steps.start - offset, steps.end - offset + 1, steps.interval)
    return [_fixed(query, node.at) - offset] * len(steps.times)


def _fixed(query: Query, at: Any) -> int:
    if at.type == ast.AtModifierType.Start:
        return query.start
    if at.type == ast.AtModifierType.End:
        return query.end
    since: timedelta = at.at - _EPOCH
    return since // _MILLISECOND


_OPERATORS: list[tuple[Any, Any]] = [
    (ast.MatchOp.Equal, "="),
    (ast.MatchOp.NotEqual, "!="),
    (ast.MatchOp.Re, "=~"),
    (ast.MatchOp.NotRe, "!~"),
]


def matchers_of(selector: Any) -> list[Matcher]:
    """The selector's conditions, its metric's name among them."""
    if selector.matchers.or_matchers:
        raise unknown("'or' between matchers")
    named = [Matcher(NAME, "=", selector.name)] if selector.name else []
    return [*named, *(_matcher(each) for each in selector.matchers.matchers)]


def _matcher(node: Any) -> Matcher:
    operator = next(text for known, text in _OPERATORS if node.op == known)
    if "~" in operator:
        _refuse_bad_pattern(node.value)
    return Matcher(node.name, operator, node.value)


def _refuse_bad_pattern(pattern: str) -> None:
    """The parser's own regular expressions are not quite RE2's."""
    try:
        compiled(pattern)
    except re2.error:
        reason = f'invalid parameter "query": parse error: error parsing regexp: {pattern}'
        raise QueryError("bad_data", reason) from None


def _fetched(query: Query, selector: Any, since: int, until: int) -> list[Samples]:
    """Series in the order of their labels, cut to [since, until]; milliseconds."""
    query.budget.check()
    raws = list(query.source.series(matchers_of(selector), since / 1000, until / 1000))
    cut = _Cut(since, until)
    found = sorted((cut.samples(raw) for raw in raws), key=lambda samples: samples.labels)
    query.budget.take(len(found))
    return [samples for samples in found if samples.times]


class _Cut:
    """Cuts series to a span of time, their common times once."""

    def __init__(self, since: int, until: int) -> None:
        self._since, self._until = since, until
        self._clocks: dict[int, tuple[int, int, list[int]]] = {}

    def samples(self, raw: RawSeries) -> Samples:
        if id(raw.times) not in self._clocks:
            self._clocks[id(raw.times)] = self._cut(raw.times)
        first, end, times = self._clocks[id(raw.times)]
        return Samples(label_set(raw.labels), times, raw.values[first:end])

    def _cut(self, seconds: Sequence[float]) -> tuple[int, int, list[int]]:
        """A little is left at both sides, so that rounding takes nothing away."""
        first = bisect_left(seconds, self._since / 1000 - 0.001)
        end = bisect_right(seconds, self._until / 1000 + 0.001)
        return first, end, [round(each * 1000) for each in seconds[first:end]]


def instant(query: Query, selector: Any, steps: Steps, *, times: bool = False) -> Vector:
    """The newest value of each series that is not older than five minutes; or its time, in seconds."""
    if not steps.times:
        return []
    ends = looked_at(query, selector, steps)
    found = _fetched(query, selector, ends[0] - LOOKBACK, ends[-1])
    clocks = ByClock(spans(ends, LOOKBACK))
    vector: Vector = []
    for samples in found:
        query.budget.take(len(ends))
        vector.append(_newest(samples, clocks.of(samples.times), times=times))
    return [series for series in vector if any(value is not None for value in series.values)]


def _newest(samples: Samples, found: list[tuple[int, int]], *, times: bool) -> Series:
    values = samples.values
    picks = [end - 1 if end > first else None for first, end in found]
    if samples.has_nan:
        picks = [None if pick is None or is_stale(values[pick]) else pick for pick in picks]
    if times:
        return Series(samples.labels, [None if pick is None else samples.times[pick] / 1000 for pick in picks])
    return Series(samples.labels, [None if pick is None else values[pick] for pick in picks])


@dataclass(frozen=True)
class RangeVector:
    """Series, and the window of each step: its end and its length, milliseconds."""

    query: Query
    series: list[Samples]
    steps: Steps
    ends: Sequence[int]
    reach: int

    def each(self, function: Callable[[Window], float | None], parameters: Iterable[float]) -> Vector:
        """The function's value of every window that holds a sample."""
        clocks = ByClock(spans(self.ends, self.reach))
        given = list(parameters)
        return [
            Series(samples.labels, self._column(samples, clocks.of(samples.times), function, given))
            for samples in self.series
        ]

    def _column(
        self,
        samples: Samples,
        found: list[tuple[int, int]],
        function: Callable[[Window], float | None],
        parameters: list[float],
    ) -> list[float | None]:
        self.query.budget.take(sum(end - first for first, end in found))
        column: list[float | None] = []
        for (first, end), until, now, parameter in zip(found, self.ends, self.steps.times, parameters, strict=True):
            if end == first:
                column.append(None)
                continue
            column.append(function(Window(samples, first, end, until - self.reach, until, now, parameter)))
        return column


def ranged(query: Query, node: Any, steps: Steps) -> RangeVector:
    """A selector with a range."""
    ends, reach = looked_at(query, node.vector_selector, steps), milliseconds(node.range)
    if not ends:
        return RangeVector(query, [], steps, ends, reach)
    series = [each.without_stale() for each in _fetched(query, node.vector_selector, ends[0] - reach, ends[-1])]
    return RangeVector(query, [each for each in series if each.times], steps, ends, reach)


def inner_steps(ends: Sequence[int], reach: int, interval: int) -> Steps:
    """Of a subquery: the multiples of its interval that its windows cover."""
    lowest = ends[0] - reach
    return Steps(-(-lowest // interval) * interval, ends[-1], interval)


def as_scraped(vector: Vector, steps: Steps) -> list[Samples]:
    """Evaluated series as a range vector's."""
    clock = list(steps.times)
    return [_scraped(series, clock) for series in vector]


def _scraped(series: Series, clock: list[int]) -> Samples:
    present = [(time, value) for time, value in zip(clock, series.values, strict=True) if value is not None]
    times = clock if len(present) == len(clock) else [time for time, _ in present]
    return Samples(series.labels, times, [value for _, value in present])
