"""Values as the HTTP API answers them."""

from typing import Any

from ack_sandbox.promql.floats import plain, printed
from ack_sandbox.promql.selecting import RangeVector
from ack_sandbox.promql.series import Scalar, Series, Steps, Vector


def seconds(time: int) -> float:
    """Of milliseconds; whole ones as an int, so that they print without a point."""
    return time // 1000 if time % 1000 == 0 else time / 1000


def vector_data(vector: Vector, at: int) -> list[Any]:
    pairs = ((series.labels, series.values[0]) for series in vector)
    return [
        {"metric": dict(labels), "value": [seconds(at), printed(value)]} for labels, value in pairs if value is not None
    ]


def scalar_data(scalar: Scalar, at: int) -> list[Any]:
    return [seconds(at), plain(scalar.values[0])]


def matrix_data(vector: Vector, steps: Steps) -> list[Any]:
    """In the order of the labels."""
    times = [seconds(time) for time in steps.times]
    ordered = sorted(vector, key=lambda series: series.labels)
    return [each for each in (_points(series, times) for series in ordered) if each["values"]]


def _points(series: Series, times: list[float]) -> dict[str, Any]:
    pairs = zip(times, series.values, strict=True)
    return {
        "metric": dict(series.labels),
        "values": [[time, printed(value)] for time, value in pairs if value is not None],
    }


def window_data(ranged: RangeVector) -> list[Any]:
    """The samples themselves, of a range vector at one time."""
    until = ranged.ends[0]
    since = until - ranged.reach
    return [
        {"metric": dict(each.labels), "values": points}
        for each in sorted(ranged.series, key=lambda samples: samples.labels)
        if (points := _within(each.times, each.values, since, until))
    ]


def _within(times: Any, values: Any, since: int, until: int) -> list[Any]:
    pairs = zip(times, values, strict=True)
    return [[seconds(time), printed(value)] for time, value in pairs if since <= time <= until]
