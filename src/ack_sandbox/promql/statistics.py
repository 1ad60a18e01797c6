"""One number of several: what aggregations over series and functions over time share."""

import math
from collections.abc import Sequence

from ack_sandbox.promql.floats import NAN, compensated


def added(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except OverflowError:
        return sum(values)
    except ValueError:  # infinities of both signs
        return NAN


def average(values: Sequence[float]) -> float:
    try:
        return math.fsum(values) / len(values)
    except OverflowError:
        return math.fsum(value / len(values) for value in values)
    except ValueError:
        return NAN


def greatest(values: Sequence[float]) -> float:
    """NaN only where nothing else is."""
    return max((value for value in values if value == value), default=NAN)


def least(values: Sequence[float]) -> float:
    return min((value for value in values if value == value), default=NAN)


def variance(values: Sequence[float]) -> float:
    """Of the population, by Welford with compensated sums."""
    mean = mean_rest = squares = squares_rest = 0.0
    for count, value in enumerate(values, 1):
        away = value - (mean + mean_rest)
        mean, mean_rest = compensated(away / count, mean, mean_rest)
        squares, squares_rest = compensated(away * (value - (mean + mean_rest)), squares, squares_rest)
    return (squares + squares_rest) / len(values)


def deviation(values: Sequence[float]) -> float:
    return math.sqrt(variance(values))


def regression(times: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """The least squares line: its slope, and its value where the time is zero."""
    if all(value == values[0] for value in values):
        return (NAN, NAN) if math.isinf(values[0]) else (0.0, values[0])
    count, sum_times, sum_values = len(times), added(times), added(values)
    products = added([time * value for time, value in zip(times, values, strict=True)])
    covariance = products - sum_times * sum_values / count
    slope = covariance / (added([time * time for time in times]) - sum_times * sum_times / count)
    return slope, sum_values / count - slope * sum_times / count
