"""Amounts are read exactly, and printed so that they are read as the same again."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.cost.quantities import CPU, MEASURES, MEMORY, Measure, rounded_up
from ack_mcp_server.errors import UnexpectedAnswer

SUFFIXES = {
    "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "": Fraction(1), "k": Fraction(10**3),
    "M": Fraction(10**6), "G": Fraction(10**9), "T": Fraction(10**12), "P": Fraction(10**15), "E": Fraction(10**18),
    "Ki": Fraction(1 << 10), "Mi": Fraction(1 << 20), "Gi": Fraction(1 << 30), "Ti": Fraction(1 << 40),
}  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "text", "units"),
    [
        (CPU, "250m", 250),
        (CPU, "2", 2000),
        (CPU, 2, 2000),
        (CPU, "0.1", 100),
        (CPU, "11598123n", Fraction(11598123, 10**6)),
        (CPU, "1k", 10**6),
        (MEMORY, "128974848", 123),
        (MEMORY, "262144k", 250),
        (MEMORY, "41514Ki", Fraction(41514, 1024)),
        (MEMORY, "1.5Gi", 1536),
        (MEMORY, "1E", Fraction(10**18, 1 << 20)),
        (MEMORY, "1e9", Fraction(10**9, 1 << 20)),
        (MEMORY, "1048576000m", 1),
    ],
)
def test_a_quantity_is_read_exactly(measure: Measure, text: object, units: Fraction) -> None:
    assert measure.parsed(text) == units


@given(number=st.integers(0, 10**6), suffix=st.sampled_from(sorted(SUFFIXES)), measure=st.sampled_from(MEASURES))
@settings(max_examples=25)
def test_every_suffix_means_its_factor(number: int, suffix: str, measure: Measure) -> None:
    assert measure.parsed(f"{number}{suffix}") == number * SUFFIXES[suffix] / measure.unit


@given(units=st.integers(0, 10**9), measure=st.sampled_from(MEASURES))
@settings(max_examples=25)
def test_what_is_printed_is_read_as_the_same(units: int, measure: Measure) -> None:
    assert measure.parsed(measure.text(units)) == units


@given(base=st.floats(0, 1e12, allow_nan=False), measure=st.sampled_from(MEASURES))
@settings(max_examples=25)
def test_rounding_up_is_never_too_little_and_less_than_a_unit_too_much(base: float, measure: Measure) -> None:
    above = measure.up(base) * measure.unit - Fraction(repr(base))
    assert 0 <= above < measure.unit


@pytest.mark.parametrize("value", ["many", "1 Gi", "0x10", "1Zi", True, "1e99999999", "9" * 100])
def test_what_is_no_quantity_is_an_error(value: object) -> None:
    with pytest.raises(UnexpectedAnswer):
        MEMORY.parsed(value)


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_no_zero(value: object) -> None:
    assert CPU.parsed(value) is None


def test_a_float_that_is_a_little_off_makes_no_further_unit() -> None:
    assert CPU.up(0.1) == 100


def test_a_multiple_of_the_step_is_not_raised() -> None:
    assert (rounded_up(50, 10), rounded_up(Fraction(501, 10), 10)) == (50, 60)
