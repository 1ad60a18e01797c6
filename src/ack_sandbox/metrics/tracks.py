"""A series before it is sampled, and the families that series come in."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.spans import ALWAYS, Spans
from ack_sandbox.promql.model import STALE, RawSeries

Value = float | Callable[[float], float]
"""At a time in seconds, or at any time."""


@dataclass(frozen=True)
class Track:
    """`labels` are without the name of the metric; there are samples while one of the spans lasts."""

    labels: dict[str, str]
    value: Value
    spans: Spans = ALWAYS


Kind = Literal["counter", "gauge", "histogram", "summary", "untyped"]


@dataclass(frozen=True)
class Family:
    """The series of one name. `metric` is the name that has the type: of a histogram's parts, the histogram's."""

    name: str
    kind: Kind
    help: str
    tracks: Callable[[Scene], Iterable[Track]]
    metric: str = ""


def sampled(name: str, tracks: Sequence[Track], times: Sequence[float]) -> RawSeries | None:
    """Tracks of the same labels as one series with a staleness mark at each end; None where nothing was scraped."""
    labels = {"__name__": name, **{key: value for key, value in tracks[0].labels.items() if value}}
    parts = sorted(((start, end, track.value) for track in tracks for start, end in track.spans), key=lambda p: p[:2])
    if len(parts) == 1 and times and parts[0][0] <= times[0] and times[-1] < parts[0][1]:
        return RawSeries(labels, times, _values(parts[0][2], times))
    found_times: list[float] = []
    found: list[float] = []
    for start, end, value in parts:
        first, last = bisect_left(times, start), bisect_left(times, end)
        if found_times and first < len(times) and times[first] == found_times[-1]:
            found_times.pop()  # the mark of the part before, which goes on
            found.pop()
        found_times += times[first:last]
        found += _values(value, times[first:last])
        if first < last < len(times):
            found_times.append(times[last])
            found.append(STALE)
    return RawSeries(labels, found_times, found) if found_times else None


def _values(value: Value, times: Sequence[float]) -> list[float]:
    return [float(value(at)) for at in times] if callable(value) else [float(value)] * len(times)
