"""Functions of a range vector: the value of one window. None drops the sample."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise

from ack_sandbox.promql import statistics
from ack_sandbox.promql.floats import quantile
from ack_sandbox.promql.samples import Window

WindowFunction = Callable[[Window], float | None]


def _rise(window: Window, *, counter: bool) -> float:
    """Last minus first; of a counter, plus what each new beginning took away."""
    values, first, last = window.samples.values, window.first, window.end - 1
    rise = values[last] - values[first]
    if counter:
        drops = window.samples.drops
        for drop in drops[bisect_right(drops, first) : bisect_right(drops, last)]:
            rise += values[drop - 1]
    return rise


def _extrapolated(window: Window, *, counter: bool, seconds: float = 1.0) -> float | None:
    """The rise over the whole window, by `seconds`: to where the next samples would be, and no counter below zero."""
    if window.size < 2:
        return None
    times, first = window.samples.times, window.samples.values[window.first]
    rise = _rise(window, counter=counter)
    sampled = (times[window.end - 1] - times[window.first]) / 1000
    before = (times[window.first] - window.since) / 1000
    after = (window.until - times[window.end - 1]) / 1000
    if counter and rise > 0 and first >= 0:
        before = min(before, sampled * (first / rise))
    between = sampled / (window.size - 1)
    reach = sampled + sum(gap if gap < between * 1.1 else between / 2 for gap in (before, after))
    return rise * (reach / sampled / seconds)


def _rate(window: Window) -> float | None:
    return _extrapolated(window, counter=True, seconds=(window.until - window.since) / 1000)


def _last_step(window: Window, *, counter: bool) -> float | None:
    """Between the last two samples."""
    if window.size < 2:
        return None
    before, last = window.samples.values[window.end - 2 : window.end]
    return last if counter and last < before else last - before


def _last_rate(window: Window) -> float | None:
    step = _last_step(window, counter=True)
    if step is None:
        return None
    before, last = window.samples.times[window.end - 2 : window.end]
    return step / ((last - before) / 1000)


def _line(window: Window, zero: int) -> tuple[float, float]:
    return statistics.regression([(time - zero) / 1000 for time in window.times], window.values)


def _slope(window: Window) -> float | None:
    return None if window.size < 2 else _line(window, window.samples.times[window.first])[0]


def _predicted(window: Window) -> float | None:
    if window.size < 2:
        return None
    slope, now = _line(window, window.now)
    return slope * window.parameter + now


def _resets(window: Window) -> float:
    values = window.values
    return float(sum(after < before for before, after in pairwise(values)))


def _changes(window: Window) -> float:
    values = window.values
    pairs = pairwise(values)
    return float(sum(after != before and (after == after or before == before) for before, after in pairs))


def _of_values(function: Callable[[Sequence[float]], float]) -> WindowFunction:
    return lambda window: function(window.values)


def _extreme(
    window: Window, quick: Callable[[Sequence[float]], float], exact: Callable[[Sequence[float]], float]
) -> float:
    return (exact if window.samples.has_nan else quick)(window.values)


WINDOW_FUNCTIONS: dict[str, WindowFunction] = {
    "rate": _rate,
    "increase": lambda window: _extrapolated(window, counter=True),
    "delta": lambda window: _extrapolated(window, counter=False),
    "irate": _last_rate,
    "idelta": lambda window: _last_step(window, counter=False),
    "deriv": _slope,
    "predict_linear": _predicted,
    "resets": _resets,
    "changes": _changes,
    "avg_over_time": _of_values(statistics.average),
    "min_over_time": lambda window: _extreme(window, min, statistics.least),
    "max_over_time": lambda window: _extreme(window, max, statistics.greatest),
    "sum_over_time": _of_values(statistics.added),
    "count_over_time": lambda window: float(window.size),
    "last_over_time": lambda window: window.samples.values[window.end - 1],
    "present_over_time": lambda _window: 1.0,
    "quantile_over_time": lambda window: quantile(window.parameter, window.values),
    "stddev_over_time": _of_values(statistics.deviation),
    "stdvar_over_time": _of_values(statistics.variance),
}
