"""The functions that are no plain table entry: what each does with its arguments, already evaluated."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ack_sandbox.promql.dates import FIELDS
from ack_sandbox.promql.elementwise import ELEMENTWISE
from ack_sandbox.promql.floats import NAN, divide, larger, rounded_down, smaller
from ack_sandbox.promql.histograms import histogram_quantile
from ack_sandbox.promql.labels import nameless
from ack_sandbox.promql.over_time import WINDOW_FUNCTIONS
from ack_sandbox.promql.relabelling import label_join, label_replace
from ack_sandbox.promql.series import Scalar, Series, Steps, Vector, merged

Function = Callable[..., Any]
"""Of the steps and the arguments."""


def mapped(function: Callable[..., float | None], vector: Vector, *scalars: Scalar) -> Vector:
    """Each value, with the numbers of its step; the metric loses its name."""
    numbers = list(zip(*(scalar.values for scalar in scalars), strict=True))
    return merged(
        Series(
            nameless(series.labels),
            [
                None if value is None else function(value, *(numbers[step] if numbers else ()))
                for step, value in enumerate(series.values)
            ],
        )
        for series in vector
    )


def _clamp(value: float, low: float, high: float) -> float | None:
    return None if high < low else larger(low, smaller(high, value))


def _round(value: float, nearest: float = 1.0) -> float:
    """Ties go up."""
    inverse = divide(1.0, nearest)
    return divide(rounded_down(value * inverse + 0.5), inverse)


def _time(steps: Steps) -> Scalar:
    return Scalar([time / 1000 for time in steps.times])


def _scalar(steps: Steps, vector: Vector) -> Scalar:
    """The only value, or NaN."""
    rows = zip(*(series.values for series in vector), strict=True) if vector else ((),) * len(steps.times)
    present = [[value for value in row if value is not None] for row in rows]
    return Scalar([values[0] if len(values) == 1 else NAN for values in present])


def _sorted(sign: int, _steps: Steps, vector: Vector) -> Vector:
    """Of one step; NaN comes last."""

    def place(series: Series) -> tuple[bool, float]:
        value = series.values[-1]
        return (value is None or value != value, 0.0 if value is None else sign * value)

    return sorted(vector, key=place)


def _date(name: str, steps: Steps, vector: Vector | None = None) -> Vector:
    """Of the vector's values, or of the time of evaluation."""
    if vector is None:
        return [Series((), [FIELDS[name](time // 1000) for time in steps.times])]
    return mapped(FIELDS[name], vector)


def _elementwise(name: str, _steps: Steps, vector: Vector) -> Vector:
    return mapped(ELEMENTWISE[name], vector)


FUNCTIONS: dict[str, Function] = {
    **{name: partial(_elementwise, name) for name in ELEMENTWISE},
    **{name: partial(_date, name) for name in FIELDS},
    "clamp": lambda _steps, vector, low, high: mapped(_clamp, vector, low, high),
    "clamp_max": lambda _steps, vector, high: mapped(smaller, vector, high),
    "clamp_min": lambda _steps, vector, low: mapped(larger, vector, low),
    "round": lambda _steps, vector, *nearest: mapped(_round, vector, *nearest),
    "time": _time,
    "vector": lambda _steps, scalar: [Series((), list(scalar.values))],
    "scalar": _scalar,
    "sort": partial(_sorted, 1),
    "sort_desc": partial(_sorted, -1),
    "label_replace": lambda _steps, *arguments: label_replace(*arguments),
    "label_join": lambda _steps, vector, target, separator, *names: label_join(vector, target, separator, names),
    "histogram_quantile": lambda _steps, wanted, vector: histogram_quantile(wanted, vector),
    "pi": lambda steps: Scalar([3.141592653589793] * len(steps.times)),
}

BY_NODE = frozenset({"absent", "absent_over_time", "timestamp"})
"""They look at the expression of their argument, not only at its value."""

KNOWN = frozenset(FUNCTIONS) | frozenset(WINDOW_FUNCTIONS) | BY_NODE
