"""Searches are built of values that can only ever be found, never obeyed."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.sls import search, words

HOSTILE = ('x" or "y', "* | select 1", "a\\", '\\" or *', "not a", "a\nor b", '"a" and not (b)', '#"a"', "a: b")


def literals(text: str) -> tuple[list[str], str]:
    """A reader of our own, by the documented grammar: what stands between quotation marks, and everything else."""
    inside: list[str] = []
    outside, at = "", 0
    while at < len(text):
        found = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL).match(text, at)
        if found:
            inside.append(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL))
            outside += "\0"
        else:
            outside += text[at]
        at = found.end() if found else at + 1
    return inside, outside


values = st.text(min_size=1, max_size=30).map(lambda text: f"{text}a").filter(lambda text: "\x00" not in text)


@settings(max_examples=25)
@given(values)
@example('x" or * | select 1 --a')
@example("\\a")
@example('a\\" or verb: "delete')
def test_a_value_is_one_literal_whatever_it_holds(value: str) -> None:
    assert literals(str(search.field("user.username", value))) == ([value], "user.username: \0")


@settings(max_examples=25)
@given(values)
def test_a_condition_keeps_its_place_beside_a_hostile_value(value: str) -> None:
    built = search.all_of([search.field("verb", "get"), search.negated(search.words(value))])
    assert literals(str(built)) == (["get", value], "verb: \0 and not \0")


@pytest.mark.parametrize("value", HOSTILE)
def test_a_quoted_text_of_a_caller_stays_one_literal(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    assert literals(str(words.parse(f'"{escaped}"'))) == ([value], "\0")


@settings(max_examples=40)
@given(st.text(alphabet='ab" \\|*?():#>=not\n', max_size=25))
def test_nothing_but_our_own_grammar_stands_outside_of_quotes(text: str) -> None:
    try:
        built = str(words.parse(text))
    except InvalidInput:
        return
    _, outside = literals(built)
    assert re.fullmatch(r"(?:\0|\(|\)| |and|or|not|\*|[a-z]+(?=:)|:|[A-Za-z0-9_.-]+\*|\w+ [<>=]+ -?\d+)*", outside)


def test_the_words_of_a_search_are_and_ed() -> None:
    assert str(words.parse("error timeout")) == '"error" and "timeout"'


def test_and_binds_tighter_than_or() -> None:
    assert str(words.parse("a b or c")) == '"a" and "b" or "c"'


def test_parentheses_are_kept() -> None:
    assert str(words.parse("a and (b or c)")) == '"a" and ("b" or "c")'


def test_a_negated_group_is_negated_as_a_whole() -> None:
    assert str(words.parse("not (a b)")) == 'not ("a" and "b")'


def test_a_prefix_of_a_field_is_not_quoted() -> None:
    assert str(words.parse("level: err*")) == "level: err*"


def test_a_comparison_is_understood() -> None:
    assert str(words.parse("code>=400")) == "code >= 400"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("* | select 1", "column 3"),
        ("a and", "column 6 of the search: the end cannot stand there"),
        ("(a", "column 3"),
        ('"a', "column 1"),
        ("x *a", "column 3"),
        ("or a", "column 1"),
        ("level: \\*", "column 1"),
        (">= 4", "column 1 of the search: '>=' has no word"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(said)):
        words.parse(text)


def test_more_conditions_than_the_service_takes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="has 31 conditions"):
        words.parse(" ".join(f"w{i}" for i in range(31)))


@pytest.mark.parametrize("value", ["we b*", "not:x*", '"*', "a|b*", "*web", "we*b", "w?b"])
def test_a_prefix_is_one_plain_word(value: str) -> None:
    with pytest.raises(InvalidInput):
        search.field_or_prefix("objectRef.name", value)
