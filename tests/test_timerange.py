"""Times in every known form, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.timerange import TimeRange, optional_range, parse_time, rfc3339

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("NOW", NOW),
        ("now-1h", NOW - timedelta(hours=1)),
        ("now - 90s", NOW - timedelta(seconds=90)),
        ("30m", NOW - timedelta(minutes=30)),
        ("1h30m", NOW - timedelta(minutes=90)),
        ("2h ago", NOW - timedelta(hours=2)),
        ("7d", NOW - timedelta(days=7)),
        ("1w", NOW - timedelta(weeks=1)),
        ("2026-11-21T08:00:00Z", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21T16:00:00+08:00", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21 08:00Z", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21t08:00:00.25z", datetime(2026, 11, 21, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("1795248000", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("1795248000000", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("1795248000.5", datetime(2026, 11, 21, 8, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_every_form_is_understood(text: str, moment: datetime) -> None:
    assert parse_time(text, now=NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "yesterday", "2026-11-21", "2026-11-21T08:00:00", "2026-13-01T00:00:00Z", "-1h", "now+1h", "1y"),
        *("1 h", "nan", "inf", "1e9", "9" * 16, "999999999w", "0x10", "١٢٣", "now\n-1h;", "x" * 100),
    ],
)
def test_anything_else_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_time(text, now=NOW)
    assert "RFC 3339" in refused.value.next_step


def test_one_bound_is_enough() -> None:
    assert optional_range("1h", "", now=NOW) == TimeRange(start=NOW - timedelta(hours=1), end=NOW)
    until = optional_range("", "now-1h", now=NOW)
    assert until is not None
    assert until.holds(NOW - timedelta(days=9000))
    assert not until.holds(NOW)


def test_a_span_before_a_moment_is_as_long_as_it_says() -> None:
    end = NOW - timedelta(hours=20)
    assert optional_range("24h", rfc3339(end), now=NOW) == TimeRange(start=end - timedelta(hours=24), end=end)


@pytest.mark.parametrize("end", ["1h", "1h ago", "now-1h"])
def test_a_span_is_before_now_as_long_as_that_is_before_the_end(end: str) -> None:
    found = optional_range("2h", end, now=NOW)
    assert found == TimeRange(start=NOW - timedelta(hours=2), end=NOW - timedelta(hours=1))


@pytest.mark.parametrize("start", ["1h", "2h"])
def test_a_span_that_would_not_be_before_the_end_begins_that_long_before_it(start: str) -> None:
    end = NOW - timedelta(hours=2)
    assert optional_range(start, "2h", now=NOW) == TimeRange(start=end - timedelta(hours=int(start[0])), end=end)


def test_a_moment_behind_the_end_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the time range is empty"):
        optional_range("1h ago", "2h ago", now=NOW)


def test_a_range_in_the_future_is_told_what_time_it_is() -> None:
    made = TimeRange(start=NOW, end=NOW + timedelta(hours=1))
    assert made.begun(NOW) is made
    with pytest.raises(InvalidInput, match="lies in the future: it is now 2026-11-21T08:00:00Z"):
        made.begun(NOW - timedelta(minutes=30))


def test_no_bound_is_no_range() -> None:
    assert optional_range("", " ", now=NOW) is None


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the time range is empty"):
        optional_range("now", "now", now=NOW)


@given(st.text(max_size=40))
def test_no_text_raises_anything_but_our_own_error(text: str) -> None:
    try:
        assert parse_time(text, now=NOW).tzinfo is not None
    except InvalidInput as refused:
        assert refused.next_step


@given(st.integers(40_000_000, 7_000_000_000))
def test_what_is_written_is_read_back(unix: int) -> None:
    moment = datetime.fromtimestamp(unix, UTC)
    assert parse_time(rfc3339(moment), now=NOW) == moment
