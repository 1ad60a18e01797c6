"""How values are spread: the percentiles that sizes are made from, in whole units that are never too small."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ack_mcp_server.cost.quantities import Measure


@dataclass(frozen=True)
class Spread:
    """In units of a measure, each rounded up; what is computed from them can be computed again by a reader."""

    p50: int
    p95: int
    p99: int
    highest: int
    samples: int


def percentile(ordered: Sequence[float], share: float) -> float:
    """Between two values it is on the line that joins them, as Prometheus's quantile is. `ordered` is not empty."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def spread_of(values: Sequence[float], measure: Measure) -> Spread | None:
    """Of cores or bytes; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    p50, p95, p99 = (measure.up(percentile(ordered, share)) for share in (0.5, 0.95, 0.99))
    return Spread(p50, p95, p99, measure.up(ordered[-1]), len(ordered))


def rise(values: Sequence[float]) -> float:
    """By which factor a load grows from one value to the next: the 99th percentile, at least 1."""
    ratios = sorted(after / before for before, after in pairwise(values) if before > 0)
    return max(1.0, percentile(ratios, 0.99)) if ratios else 1.0
