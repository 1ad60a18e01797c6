"""Aggregations of a vector's series, by their labels."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ack_sandbox.promql import statistics
from ack_sandbox.promql.floats import plain, quantile
from ack_sandbox.promql.labels import LabelSet, only, replaced, without
from ack_sandbox.promql.model import NAME, QueryError
from ack_sandbox.promql.relabelling import is_label
from ack_sandbox.promql.series import Column, Scalar, Series, Vector, merged


@dataclass(frozen=True)
class Grouping:
    """`by` the names, or `without` them."""

    names: frozenset[str]
    excluding: bool

    def of(self, labels: LabelSet) -> LabelSet:
        return without(labels, self.names | {NAME}) if self.excluding else only(labels, self.names)

    def groups(self, vector: Vector) -> dict[LabelSet, Vector]:
        found: dict[LabelSet, Vector] = defaultdict(list)
        for series in vector:
            found[self.of(series.labels)].append(series)
        return found


def _summed(values: Sequence[float]) -> float:
    return sum(values[1:], values[0])


def _variance(values: Sequence[float]) -> float:
    """One value, NaN as well, does not vary."""
    return statistics.variance(values) if len(values) > 1 else 0.0


SUMMARIES: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": _summed,
    "avg": statistics.average,
    "min": statistics.least,
    "max": statistics.greatest,
    "count": lambda values: float(len(values)),
    "group": lambda _values: 1.0,
    "stddev": lambda values: math.sqrt(_variance(values)),
    "stdvar": _variance,
}


def summarized(operator: str, vector: Vector, grouping: Grouping) -> Vector:
    function = SUMMARIES[operator]
    return [
        Series(labels, [function(values) if values else None for values in _rows(group)])
        for labels, group in grouping.groups(vector).items()
    ]


def _rows(group: Vector) -> list[list[float]]:
    """The values that are there, at each step."""
    rows = zip(*(series.values for series in group), strict=True)
    return [[value for value in row if value is not None] for row in rows]


def quantiles(wanted: Scalar, vector: Vector, grouping: Grouping) -> Vector:
    return [
        Series(
            labels,
            [
                quantile(share, values) if values else None
                for share, values in zip(wanted.values, _rows(group), strict=True)
            ],
        )
        for labels, group in grouping.groups(vector).items()
    ]


def count_values(label: str, vector: Vector, grouping: Grouping) -> Vector:
    """How often each value is there; the value becomes a label."""
    if not is_label(label):
        raise QueryError("execution", f'invalid label name "{label}"')
    if not grouping.excluding:
        grouping = Grouping(grouping.names | {label}, excluding=False)
    columns: dict[LabelSet, Column] = {}
    for series in vector:
        for step, value in enumerate(series.values):
            if value is None:
                continue
            labels = grouping.of(replaced(series.labels, label, plain(value)))
            column = columns.setdefault(labels, [None] * len(series.values))
            column[step] = (column[step] or 0.0) + 1
    return [Series(labels, column) for labels, column in columns.items()]


def extremes(operator: str, counts: Scalar, vector: Vector, grouping: Grouping) -> Vector:
    """topk and bottomk: the series themselves, largest or smallest first (by the last step); NaN comes last."""
    sign, most = -1 if operator == "topk" else 1, [_whole(count) for count in counts.values]
    chosen: Vector = []
    for group in grouping.groups(vector).values():
        chosen.extend(_chosen(sign, most, group))
    return merged(chosen)


def _chosen(sign: int, most: list[int], group: Vector) -> Vector:
    columns: list[Column] = [[None] * len(series.values) for series in group]
    order: list[int] = []
    for step, count in enumerate(most):
        present = [(series.values[step], index) for index, series in enumerate(group)]
        ranked = sorted(
            ((value != value, sign * value, index) for value, index in present if value is not None),
            key=lambda each: each[:2],
        )
        order = [index for _, _, index in ranked[: max(0, count)]]
        for index in order:
            columns[index][step] = group[index].values[step]
    rest = [index for index in range(len(group)) if index not in set(order)]
    return [Series(group[index].labels, columns[index]) for index in (*order, *rest)]


def _whole(count: float) -> int:
    if not -(2**63) <= count < 2**63:
        raise QueryError("execution", f"Scalar value {plain(count)} overflows int64")
    return int(count)
