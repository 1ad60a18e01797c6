"""Queries are judged before they cost a request."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.promql import checked
from ack_mcp_server.services.prometheus.words import words_of


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("sum(rate(x[5m])) by pod", "column 21"),
        ("sum by (pod (x)", "column 13"),
        ("rate(x[5m]", "column 5"),
        ("max(x)) + 1", "column 7"),
        ("a == == b", "column 6"),
        ("histogram_quantile(0.9 x)", "column 24"),
        ('x{a="b" c="d"}', "column 9"),
        ("avg(x{a=b})", "column 9"),
        ('up{a="b}', "column 6"),
        ('x{a=~"("}', "column 6"),
        ("x\n + \n sum(", "line 3, column 5"),
        ("1 +", "its end"),
        ("sum(rate(a[5m])) + sum(rate(b))", "column 24"),
    ],
)
def test_a_syntax_error_is_told_with_its_place(query: str, place: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        checked(query)
    assert f"an error at {place}: " in raised.value.message


def test_a_caret_stands_under_the_place() -> None:
    with pytest.raises(InvalidInput) as raised:
        checked("sum(x) bi (a)")
    *_, line, caret = raised.value.message.split("\n")
    assert (line, caret) == ("sum(x) bi (a)", "       ^")


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("rate(x_total)", r"rate\(metric\[5m\]\)"),
        ("x{pod={{PodName}}}", r"placeholder \{\{PodName\}\}"),
        (r'x{a=~"\d"}', "backslash"),
        ("{}", "Name the metric"),
    ],
)
def test_the_usual_mistakes_have_a_hint(query: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        checked(query)
    assert __import__("re").search(hint, raised.value.next_step)


@pytest.mark.parametrize("query", ["new_function(x)", "rate(x[5m]) smoothed", "sum(new_function(x[5m]) > 1)"])
def test_what_only_the_parser_does_not_know_passes(query: str) -> None:
    assert checked(query).text == query


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ('x{pod="web-.*"}', "a pattern needs =~"),
        ('x{pod="{{PodName}}"}', "placeholder"),
        ("x_total", "looks like a counter"),
    ],
)
def test_what_is_probably_not_meant_is_advice(query: str, advice: str) -> None:
    assert advice in checked(query).advice[0]


@pytest.mark.parametrize("query", ["(" * 20_000, "(" * 5000 + "1" + ")" * 5000, "1" + "+1" * 5000, "", " # x"])
def test_what_would_break_the_parser_never_reaches_it(query: str) -> None:
    with pytest.raises(InvalidInput):
        checked(query)


@settings(max_examples=60)
@given(st.text(max_size=40) | st.text('sumx(){}[]"=~, +5mby', max_size=40))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        assert checked(text).text == text.strip()
    except InvalidInput as refused:
        assert "\n" not in refused.next_step


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_words_are_the_text_without_blanks_and_comments(text: str) -> None:
    assert all(text[word.start : word.end] == word.text for word in words_of(text))
