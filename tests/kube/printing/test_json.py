"""-o json, byte for byte."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.kube.printing import NotUnderstood
from ack_mcp_server.kube.printing.json import as_json, compact

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)


@pytest.mark.parametrize(
    "value, printed",
    [
        ({}, "{}"),
        ([], "[]"),
        ({"b": 1, "a": [True, None]}, '{\n    "a": [\n        true,\n        null\n    ],\n    "b": 1\n}'),
        ("<a & b>", '"\\u003ca \\u0026 b\\u003e"'),
        ("\u2028\u2029", '"\\u2028\\u2029"'),
        ('\b\f\n\r\t\x00\x1f"\\/', '"\\b\\f\\n\\r\\t\\u0000\\u001f\\"\\\\/"'),
        ("é 中 😀 \x7f", '"é 中 😀 \x7f"'),
        ("half a pair: \ud800", '"half a pair: \ufffd"'),
    ],
)
def test_a_value_is_printed_as_go_encodes_it(value: object, printed: str) -> None:
    assert as_json(value) == printed + "\n"


@pytest.mark.parametrize(
    "value, printed",
    [
        (1.0, "1"),
        (1.5, "1.5"),
        (-0.0, "-0"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.25e-7, "1.25e-7"),
        (0.000001, "0.000001"),
        (123456789.125, "123456789.125"),
        (2**63, "9223372036854776000"),
        (-(2**63), "-9223372036854775808"),
        (5e-324, "5e-324"),
    ],
)
def test_a_number_is_printed_as_go_encodes_it(value: float, printed: str) -> None:
    assert compact(value) == printed


@given(st.dictionaries(st.text(max_size=4), SCALARS, max_size=4))
@settings(max_examples=40)
def test_what_is_printed_reads_back_as_the_same_value(value: dict[str, Any]) -> None:
    assert json.loads(as_json(value), parse_int=float) == value


def test_a_value_nested_without_end_is_not_understood() -> None:
    value: object = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(NotUnderstood):
        as_json(value)
    with pytest.raises(NotUnderstood):
        compact(value)
