"""Times and steps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.windows import FEW_POINTS, LEAST_STEP_S, fitting_step, told_seconds, window

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_without_a_bound_it_is_now() -> None:
    assert window("", "", "", now=NOW).is_instant


def test_a_start_alone_ends_now() -> None:
    made = window("2h", "", "", now=NOW)
    assert (made.start, made.end) == (NOW - timedelta(hours=2), NOW)


def test_an_end_alone_begins_an_hour_before() -> None:
    made = window("", "now-1d", "", now=NOW)
    assert made.end - made.start == timedelta(hours=1)


@given(st.floats(1, 1e9))
def test_a_chosen_step_makes_few_points_and_is_not_below_the_scrape(length_s: float) -> None:
    step = fitting_step(length_s, FEW_POINTS)
    assert step >= LEAST_STEP_S
    assert length_s // step + 1 <= FEW_POINTS


@pytest.mark.parametrize(("step", "seconds"), [("30s", 30), ("1m", 60), ("60", 60), ("1h30m", 5400), ("500ms", 0.5)])
def test_a_given_step_is_kept(step: str, seconds: float) -> None:
    assert window("1h", "", step, now=NOW).step_s == seconds


@pytest.mark.parametrize("step", ["0", "-5s", "5 m", "x", "1e9", "5min"])
def test_what_is_no_step_is_refused(step: str) -> None:
    with pytest.raises(InvalidInput, match="is not a step"):
        window("1h", "", step, now=NOW)


def test_too_many_points_are_refused_with_the_step_that_fits() -> None:
    with pytest.raises(InvalidInput, match="40,321 points") as raised:
        window("7d", "", "15s", now=NOW)
    assert "Use a step of 1m or more" in raised.value.next_step


def test_a_step_without_a_range_is_refused() -> None:
    with pytest.raises(InvalidInput, match="for a range"):
        window("", "", "1m", now=NOW)


@pytest.mark.parametrize(("seconds", "told"), [(15, "15s"), (60, "1m"), (90, "90s"), (7200, "2h"), (172800, "2d")])
def test_steps_are_told_in_the_largest_unit(seconds: float, told: str) -> None:
    assert told_seconds(seconds) == told
