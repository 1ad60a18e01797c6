"""Vectors over the steps of a query: one column of values for each series, None where it has no sample."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ack_sandbox.promql.labels import LabelSet
from ack_sandbox.promql.model import QueryError

Column = list[float | None]


@dataclass(frozen=True)
class Steps:
    """The times of evaluation in milliseconds: start, start + interval, … up to end."""

    start: int
    end: int
    interval: int

    @cached_property
    def times(self) -> range:
        return range(self.start, self.end + 1, self.interval)


@dataclass(frozen=True)
class Series:
    """A series of an instant vector, at each step."""

    labels: LabelSet
    values: Column


Vector = list[Series]


@dataclass(frozen=True)
class Scalar:
    """One number at each step."""

    values: list[float]


def same_labels() -> QueryError:
    return QueryError("execution", "vector cannot contain metrics with the same labelset")


def distinct(vector: Vector) -> Vector:
    """Refuses two series of the same labels, even where they have no step in common."""
    if len({series.labels for series in vector}) < len(vector):
        raise same_labels()
    return vector


def merged(parts: Iterable[Series]) -> Vector:
    """Parts of the same labels become one series; two values at one step are refused. Empty series go."""
    vector = [part for part in parts if any(value is not None for value in part.values)]
    counts = Counter(series.labels for series in vector)
    if len(counts) == len(vector):
        return vector
    columns: dict[LabelSet, Column] = {}
    for series in vector:
        known = columns.get(series.labels)
        columns[series.labels] = series.values if known is None else _together(known, series.values)
    return [Series(labels, column) for labels, column in columns.items()]


def _together(one: Column, other: Column) -> Column:
    if any(left is not None and right is not None for left, right in zip(one, other, strict=True)):
        raise same_labels()
    return [right if left is None else left for left, right in zip(one, other, strict=True)]
