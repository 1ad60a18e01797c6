"""What a series did over its time: bounds, mean, last, direction, and a line of blocks that shows it."""

import math
from dataclasses import dataclass
from itertools import pairwise

from ack_mcp_server.services.prometheus.values import Series

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"  # no sample, or none that is a number
_WIDTH = 16  # blocks at most
_ROUNDING = 1e-4  # of a block: times are sent in milliseconds
_FLAT = 0.05  # of the size of the values; a change below it is none
_NOISY = 0.5  # of the bounds' distance; a smaller difference of halves is no direction


@dataclass(frozen=True)
class Shape:
    """Over the samples that are numbers; `points` counts all of them. NaN where there is none."""

    lowest: float
    mean: float
    highest: float
    last: float
    trend: str
    line: str
    points: int


def shape(series: Series, start: float, end: float) -> Shape:
    """`start` and `end` bound what was asked for (unix seconds), so that lines of several series align."""
    times, values = _numbers(series)
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        last = values[-1] if values else math.nan
        return Shape(math.nan, math.nan, math.nan, last, "-", "", len(values))
    low, high = min(finite), max(finite)
    mean = _mean(finite)
    line = _line(times, values, (start, end), (low, high))
    return Shape(low, min(max(mean, low), high), high, values[-1], _trend(finite, low, high), line, len(values))


def _numbers(series: Series) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Of native histograms, their counts."""
    if series.values:
        return series.times, series.values
    return tuple(at for at, _ in series.histograms), tuple(told.count for _, told in series.histograms)


def _trend(values: list[float], low: float, high: float) -> str:
    """By the means of the first and the last third, so that one spike is no direction."""
    third = max(len(values) // 3, 1)
    first, last = _mean(values[:third]), _mean(values[-third:])
    size = max(abs(low), abs(high))
    if high - low <= _FLAT * size or size == 0:
        return "flat"
    if abs(last - first) < _NOISY * (high - low):
        return "varies"
    grows = all(after >= before for before, after in pairwise(values))
    falls = all(after <= before for before, after in pairwise(values))
    steady = " steadily" if len(values) > 2 and (grows or falls) else ""
    return f"{'up' if last > first else 'down'}{_change(first, last)}{steady}"


def _mean(values: list[float]) -> float:
    """Of parts, because the sum of large values is none."""
    return math.fsum(value / len(values) for value in values)


def _change(first: float, last: float) -> str:
    if first == 0 or first * last < 0:
        return ""
    part = last / first
    return f" {part:.1f}x" if part >= 2 else f" {abs(part - 1) * 100:.0f}%"


def _line(
    times: tuple[float, ...], values: tuple[float, ...], asked: tuple[float, float], bounds: tuple[float, float]
) -> str:
    """Each block is the highest value of its part of the time."""
    start, length = asked[0], max(asked[1] - asked[0], 1e-9)
    parts: list[float | None] = [None] * min(_WIDTH, _places(times, length))
    for at, value in zip(times, values, strict=True):
        if math.isfinite(value):
            place = min(max(int((at - start) / length * len(parts) + _ROUNDING), 0), len(parts) - 1)
            before = parts[place]
            parts[place] = value if before is None else max(before, value)
    return "".join(GAP if part is None else _block(part, *bounds) for part in parts)


def _places(times: tuple[float, ...], length: float) -> int:
    """How many samples there could have been, by the shortest time between two."""
    apart = min((after - before for before, after in pairwise(times) if after > before), default=0)
    return max(int(min(length / apart + 1e-6, _WIDTH)) + 1, 1) if apart else 1


def _block(value: float, low: float, high: float) -> str:
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return BLOCKS[3]
    return BLOCKS[min(int((value - low) / span * len(BLOCKS)), len(BLOCKS) - 1)]
