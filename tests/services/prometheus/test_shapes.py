"""What a series did."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ack_mcp_server.services.prometheus.numbers import exact, short
from ack_mcp_server.services.prometheus.shapes import GAP, shape
from ack_mcp_server.services.prometheus.values import Series


def made(*values: float) -> Series:
    return Series({}, tuple(float(at) for at in range(len(values))), values)


@pytest.mark.parametrize(
    ("values", "trend"),
    [
        ([1.0] * 9, "flat"),
        ([100, 101, 102, 101, 100, 101], "flat"),
        (list(range(1, 10)), "up 4.0x steadily"),
        (list(range(9, 0, -1)), "down 75% steadily"),
        ([1, 1, 1, 50, 1, 1, 1, 1, 1], "varies"),
        ([0, 0, 0, 5, 5, 6, 9, 9, 8], "up"),
    ],
)
def test_the_trend_is_a_word(values: list[float], trend: str) -> None:
    assert shape(made(*values), 0, len(values) - 1).trend == trend


def test_the_line_shows_gaps_and_heights() -> None:
    series = Series({}, (0.0, 1.0, 3.0), (0.0, 5.0, 10.0))
    assert shape(series, 0, 3).line == "▁▅·█"


def test_a_series_that_is_never_a_number_has_no_bounds() -> None:
    told = shape(made(math.nan, math.inf), 0, 1)
    assert (told.line, told.last, math.isnan(told.highest)) == ("", math.inf, True)


@settings(max_examples=60)
@example([1.7e308, 1.7e308, 0.0, 0.0, 0.0, 0.0, 1.0])
@given(st.lists(st.floats(), min_size=1, max_size=30))
def test_any_values_have_a_shape(values: list[float]) -> None:
    told = shape(made(*values), 0, len(values) - 1)
    assert len(told.line) <= 16
    if not math.isnan(told.mean) and math.isfinite(told.mean):
        assert told.lowest <= told.mean <= told.highest
    assert GAP not in told.line or not all(map(math.isfinite, values))


@given(st.floats(allow_nan=False))
def test_exact_numbers_lose_nothing(value: float) -> None:
    assert float(exact(value)) == value


@pytest.mark.parametrize(
    ("value", "in_bytes", "text"),
    [(0.123456789, False, "0.123457"), (1234567.0, False, "1234567"), (1.5 * 2**30, True, "1.5Gi"), (512, True, "512")],
)
def test_short_numbers(value: float, in_bytes: bool, text: str) -> None:
    assert short(value, in_bytes=in_bytes) == text
