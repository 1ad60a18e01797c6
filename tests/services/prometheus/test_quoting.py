"""Label values in PromQL: nothing breaks out of its quotes."""

import promql_parser
import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.quoting import literally, matcher, quote

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=60)
@given(TEXT | st.text('"\\\n{}`x', max_size=20))
def test_a_quoted_value_is_the_value_and_nothing_else(value: str) -> None:
    parsed = promql_parser.parse(f"up{{a={quote(value)},b!=''}}")
    assert isinstance(parsed, promql_parser.VectorSelector)
    assert [each.value for each in parsed.matchers.matchers] == [value, ""]


@settings(max_examples=40)
@given(TEXT)
def test_literal_text_matches_itself_alone(value: str) -> None:
    pattern = re2.compile(literally(value), options=_dot_all())
    assert pattern.fullmatch(value)
    assert not pattern.fullmatch(value + "x")


def _dot_all() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


@pytest.mark.parametrize("name", ["", "a b", 'a="x",b', "1a", "__name__}", "ä"])
def test_what_is_no_label_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="label name"):
        matcher(name, "=", "x")


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Unicode"):
        quote("\ud800")
