"""Histograms as functions of time: so many observations, spread around a typical duration."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.spans import ALWAYS, Spans
from ack_sandbox.metrics.tracks import Family, Track

Figure = Callable[[float], float]


@dataclass(frozen=True)
class Observed:
    """`typical` is the median in the histogram's unit, `spread` the deviation of its logarithm."""

    labels: dict[str, str]
    count: Figure
    typical: float
    spread: float = 0.9
    spans: Spans = ALWAYS


def histogram(
    metric: str, text: str, bounds: Sequence[float], observed: Callable[[Scene], Iterable[Observed]]
) -> Iterator[Family]:
    yield Family(f"{metric}_bucket", "histogram", text, partial(_buckets, bounds, observed), metric)
    yield Family(f"{metric}_sum", "histogram", text, partial(_sums, observed), metric)
    yield Family(f"{metric}_count", "histogram", text, partial(_counts, observed), metric)


def _buckets(bounds: Sequence[float], observed: Callable[[Scene], Iterable[Observed]], scene: Scene) -> Iterator[Track]:
    for each in observed(scene):
        for bound in bounds:
            share = _below(bound, each)
            yield Track({**each.labels, "le": f"{bound:g}"}, partial(_part, each.count, share), each.spans)
        yield Track({**each.labels, "le": "+Inf"}, each.count, each.spans)


def _sums(observed: Callable[[Scene], Iterable[Observed]], scene: Scene) -> Iterator[Track]:
    for each in observed(scene):
        mean = each.typical * math.exp(each.spread**2 / 2)
        yield Track(each.labels, partial(_scaled, each.count, mean), each.spans)


def _counts(observed: Callable[[Scene], Iterable[Observed]], scene: Scene) -> Iterator[Track]:
    return (Track(each.labels, each.count, each.spans) for each in observed(scene))


def _below(bound: float, each: Observed) -> float:
    """Of durations that are distributed log-normally."""
    return 0.5 * (1 + math.erf(math.log(bound / each.typical) / (each.spread * math.sqrt(2))))


def _part(count: Figure, share: float, at: float) -> float:
    return int(count(at) * share)


def _scaled(count: Figure, factor: float, at: float) -> float:
    return count(at) * factor
