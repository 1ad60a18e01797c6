"""Laws that hold for any series."""

import math
import struct
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ack_sandbox.promql.floats import plain, printed
from ack_sandbox.promql.histograms import bucket_quantile
from ack_sandbox.promql.model import RawSeries
from ack_sandbox.promql.queries import evaluate_instant, evaluate_range
from tests.sandbox.promql.made import Made, raw

numbers = st.floats(min_value=-1e6, max_value=1e6)
columns = st.lists(numbers, min_size=4, max_size=30)


def source(*columns: list[float]) -> Made:
    rows = [raw("m", times(column), column, series=str(index)) for index, column in enumerate(columns)]
    return Made(tuple(rows))


def times(column: list[float]) -> list[float]:
    return [1000.0 + 15 * index for index in range(len(column))]


def values(made: Made, query: str, at: float = 1500) -> list[float]:
    return [float(each["value"][1]) for each in evaluate_instant(made, query, at).data]


@settings(max_examples=15)
@given(columns, columns)
def test_a_range_query_is_its_instant_queries(one: list[float], other: list[float]) -> None:
    made, query = source(one, other), 'rate(m[1m]) or sum by (series) (m) - 3 > 0 or m{series="1"} offset 1m'
    found = {
        (tuple(series["metric"].items()), time): value
        for series in evaluate_range(made, query, 990, 1400, 41).data
        for time, value in series["values"]
    }
    assert found == {
        (tuple(each["metric"].items()), each["value"][0]): each["value"][1]
        for time in range(990, 1401, 41)
        for each in evaluate_instant(made, query, time).data
    }


@settings(max_examples=15)
@given(st.lists(st.integers(0, 50), min_size=4, max_size=30), st.integers(1, 28))
def test_a_reset_does_not_change_what_a_counter_rose_by(steps: list[int], again: int) -> None:
    """It begins again at zero; the window ends with its samples, so nothing is extrapolated."""
    whole = [float(sum(steps[: index + 1])) for index in range(len(steps))]
    again = min(again, len(whole) - 1)
    restarted = [*whole[:again], *(value - whole[again] for value in whole[again:])]
    found = values(source(restarted), f"increase(m[{15 * (len(steps) - 1)}s])", times(whole)[-1])
    assert math.isclose(found[0], whole[again - 1] - whole[0] + whole[-1] - whole[again])


@settings(max_examples=15)
@given(columns, columns, st.integers(0, 3))
def test_and_unless_part_a_vector(one: list[float], other: list[float], limit: int) -> None:
    made = source(one, other)
    kept = values(made, f"m and m > {limit}") + values(made, f"m unless m > {limit}")
    assert sorted(kept) == sorted(values(made, "m"))


@settings(max_examples=15)
@given(columns)
def test_quantiles_over_time_rise_from_the_least_to_the_greatest(column: list[float]) -> None:
    made = source(column)
    found = [values(made, f"quantile_over_time({share}, m[1h])")[0] for share in (0, 0.25, 0.5, 0.75, 1)]
    assert found[0] == min(column) and found[-1] == max(column)
    assert all(before <= after or math.isclose(before, after) for before, after in pairwise(found))


@settings(max_examples=25)
@given(st.lists(st.integers(0, 20), min_size=2, max_size=6), st.floats(0, 1))
def test_a_bucket_quantile_lies_in_the_bucket_of_its_rank(counts: list[int], share: float) -> None:
    bounds = [*(float(index + 1) for index in range(len(counts) - 1)), math.inf]
    buckets = [(bound, float(sum(counts[: index + 1]))) for index, bound in enumerate(bounds)]
    found = bucket_quantile(share, buckets)
    if not sum(counts):
        assert math.isnan(found)
        return
    reached = next(index for index, (_, count) in enumerate(buckets) if count >= share * sum(counts))
    low, high = ([0.0, *bounds][reached], bounds[reached])
    assert math.isnan(found) or low <= found <= high or found == bounds[-2]


@settings(max_examples=60)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_printed_so_that_it_is_read_back(number: float) -> None:
    assert (
        struct.pack("d", float(printed(number))) == struct.pack("d", float(plain(number))) == struct.pack("d", number)
    )
    assert "e" not in plain(number)


@settings(max_examples=15)
@given(columns, st.integers(0, 29))
def test_samples_beside_the_window_change_nothing(column: list[float], first: int) -> None:
    """A source may give more than it was asked for."""
    made, ends = source(column), times(column)[-1]
    since = ends - 15 * min(first, len(column) - 1)
    clock = times(column)
    inside = [index for index, time in enumerate(clock) if time >= since]
    narrow = Made(
        (RawSeries(made.rows[0].labels, [clock[each] for each in inside], [column[each] for each in inside]),)
    )
    query = f"stddev_over_time(m[{int(ends - since) or 1}s])"
    assert values(made, query, ends) == values(narrow, query, ends)
