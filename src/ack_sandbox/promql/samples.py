"""Series of a range vector, and the window that each step sees of them."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ack_sandbox.promql.labels import LabelSet
from ack_sandbox.promql.model import is_stale


@dataclass(frozen=True)
class Samples:
    """Milliseconds, ascending, and values; series that were scraped together share one `times`."""

    labels: LabelSet
    times: list[int]
    values: Sequence[float]

    @cached_property
    def has_nan(self) -> bool:
        """Or infinities that cancel out: a look at each value tells then."""
        return math.isnan(sum(self.values)) and any(value != value for value in self.values)

    @cached_property
    def drops(self) -> list[int]:
        """Where a value is less than the one before: a counter began again."""
        values = self.values
        return [index for index in range(1, len(values)) if values[index] < values[index - 1]]

    def without_stale(self) -> "Samples":
        if not self.has_nan or not any(map(is_stale, self.values)):
            return self
        kept = [index for index, value in enumerate(self.values) if not is_stale(value)]
        return Samples(self.labels, [self.times[each] for each in kept], [self.values[each] for each in kept])


class Window(NamedTuple):
    """What one step sees: samples[first:end], taken between two times that both belong to it (milliseconds)."""

    samples: Samples
    first: int
    end: int
    since: int
    until: int
    now: int
    parameter: float

    @property
    def values(self) -> Sequence[float]:
        return self.samples.values[self.first : self.end]

    @property
    def times(self) -> list[int]:
        return self.samples.times[self.first : self.end]

    @property
    def size(self) -> int:
        return self.end - self.first


class ByClock:
    """What depends on the times of series only, worked out once for all that share them.

    The lists must live as long as this does.
    """

    def __init__(self, work: Callable[[list[int]], list[tuple[int, int]]]) -> None:
        self._work = work
        self._known: dict[int, list[tuple[int, int]]] = {}

    def of(self, times: list[int]) -> list[tuple[int, int]]:
        if id(times) not in self._known:
            self._known[id(times)] = self._work(times)
        return self._known[id(times)]


def spans(ends: Sequence[int], reach: int) -> Callable[[list[int]], list[tuple[int, int]]]:
    """For each end (milliseconds) the slice of the times in [end - reach, end]."""

    def found(times: list[int]) -> list[tuple[int, int]]:
        return [(bisect_left(times, end - reach), bisect_right(times, end)) for end in ends]

    return found
