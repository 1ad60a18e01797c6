"""Quantiles of classic histograms: cumulative buckets by their upper bound `le`."""

from collections import defaultdict
from itertools import groupby

from ack_sandbox.promql.floats import INF, NAN, divide
from ack_sandbox.promql.labels import LabelSet, nameless, value_of, without
from ack_sandbox.promql.series import Column, Scalar, Series, Vector, merged

Bucket = tuple[float, float]


def histogram_quantile(wanted: Scalar, vector: Vector) -> Vector:
    """Series whose `le` is not a number are left out."""
    groups: dict[LabelSet, list[tuple[float, Column]]] = defaultdict(list)
    for series in vector:
        bound = _bound(value_of(series.labels, "le"))
        if bound is not None:
            groups[without(series.labels, ("le",))].append((bound, series.values))
    return merged(Series(nameless(labels), _column(wanted, group)) for labels, group in groups.items())


def _bound(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _column(wanted: Scalar, group: list[tuple[float, Column]]) -> Column:
    bounds = [bound for bound, _ in group]
    rows = zip(*(column for _, column in group), strict=True)
    column: Column = []
    for share, row in zip(wanted.values, rows, strict=True):
        buckets = [(bound, count) for bound, count in zip(bounds, row, strict=True) if count is not None]
        column.append(bucket_quantile(share, buckets) if buckets else None)
    return column


def bucket_quantile(wanted: float, unordered: list[Bucket]) -> float:
    """Linear within the bucket; NaN without a +Inf bucket, another bucket and an observation."""
    if not 0 <= wanted <= 1:
        return NAN if wanted != wanted else -INF if wanted < 0 else INF
    buckets = sorted(unordered, key=lambda bucket: bucket[0])
    if buckets[-1][0] != INF:
        return NAN
    buckets = _monotonic(buckets)
    if len(buckets) < 2 or buckets[-1][1] == 0:
        return NAN
    return _within(wanted * buckets[-1][1], buckets)


def _monotonic(buckets: list[Bucket]) -> list[Bucket]:
    """Counts of the same bound are added; one below a smaller bound's is lifted to it."""
    lifted: list[Bucket] = []
    most = -INF
    for bound, same in groupby(buckets, key=lambda each: each[0]):
        count = sum(count for _, count in same)
        most = count if not lifted or count > most else most
        lifted.append((bound, most if count < most else count))
    return lifted


def _within(rank: float, buckets: list[Bucket]) -> float:
    last = len(buckets) - 1
    index = next((each for each in range(last) if buckets[each][1] >= rank), last)
    if index == last:
        return buckets[last - 1][0]
    bound, count = buckets[index]
    if index == 0:
        return bound if bound <= 0 else bound * divide(rank, count)
    below, counted = buckets[index - 1]
    return below + (bound - below) * divide(rank - counted, count - counted)
