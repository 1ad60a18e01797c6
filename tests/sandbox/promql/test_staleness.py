"""What a series is between its samples and after its end; times are whole seconds here."""

import math
from array import array

import pytest

from ack_sandbox.promql.model import STALE, RawSeries, is_stale
from ack_sandbox.promql.queries import evaluate_instant, evaluate_range
from tests.sandbox.promql.made import Made, raw


def value(query: str, at: float, *rows: RawSeries) -> list[str]:
    return [each["value"][1] for each in evaluate_instant(Made(rows), query, at).data]


def test_a_sample_stands_for_five_minutes() -> None:
    row = raw("up", [1000.0], [1.0])
    assert [value("up", at, row) for at in (999, 1000, 1300, 1300.001)] == [[], ["1"], ["1"], []]


def test_a_stale_marker_ends_a_series_at_once() -> None:
    row = raw("up", [1000.0, 1015.0, 1030.0], [1.0, STALE, 2.0])
    assert [value("up", at, row) for at in (1014, 1015, 1029, 1030)] == [["1"], [], [], ["2"]]


def test_a_nan_that_was_scraped_is_a_value() -> None:
    assert value("up", 1000, raw("up", [1000.0], [math.nan])) == ["NaN"]


def test_stale_markers_are_no_samples_of_a_range() -> None:
    row = raw("up", [1000.0, 1015.0, 1030.0], array("d", [1.0, STALE, math.nan]))
    assert value("count_over_time(up[1m])", 1030, row) == ["2"]


def test_the_time_of_a_sample_is_found_behind_an_offset() -> None:
    assert value("timestamp(up offset 1m)", 1100, raw("up", [1000.0], [7.0])) == ["1000"]


def test_a_range_query_skips_the_steps_without_a_value() -> None:
    answer = evaluate_range(Made((raw("up", [1000.0, 1030.0], [1.0, STALE]),)), "up", 985, 1060, 15)
    assert answer.data == [{"metric": {"__name__": "up"}, "values": [[1000, "1"], [1015, "1"]]}]


@pytest.mark.parametrize("number", [math.nan, -math.nan, math.inf, 0.0, float("nan") + 1])
def test_no_other_number_is_the_stale_marker(number: float) -> None:
    assert not is_stale(number)
