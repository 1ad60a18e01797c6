"""Splitting a command into words: as a shell would, without one."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.words import LONGEST_COMMAND, split_words

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", []),
        ("  get\tpods ", ["get", "pods"]),
        ("get pods -l app=credit", ["get", "pods", "-l", "app=credit"]),
        ("get pods -l 'env in (a, b)'", ["get", "pods", "-l", "env in (a, b)"]),
        ("get pods -o jsonpath={.items[*].metadata.name}", ["get", "pods", "-o", "jsonpath={.items[*].metadata.name}"]),
        ('get pods -o jsonpath="{range .items[*]}{\\"x\\"}{end}"', None),
        ("logs web --since=\"1h\"'' -c''x", ["logs", "web", "--since=1h", "-cx"]),
        ("get pods a\\ b", ["get", "pods", "a b"]),
        ("get '' pods", ["get", "", "pods"]),
    ],
)
def test_words_are_split_as_a_shell_splits_them(command: str, words: list[str] | None) -> None:
    assert split_words(command) == (shlex.split(command) if words is None else words)


@pytest.mark.parametrize("mark", list(";|&<>`$()"))
def test_what_only_a_shell_could_act_on_is_refused_with_its_place(mark: str) -> None:
    with pytest.raises(InvalidInput, match=r"at 9 is an? "):
        split_words(f"get pods {mark} rm")


@pytest.mark.parametrize("mark", list(";|&<>`$()"))
def test_the_same_marks_in_single_quotes_belong_to_the_word(mark: str) -> None:
    assert split_words(f"get 'a{mark}b'") == ["get", f"a{mark}b"]


@pytest.mark.parametrize("char", ["\n", "\r", "\0", "\x1b", "\x7f", "\u2028", "\u202e", "\ud800"])
def test_control_characters_are_refused(char: str) -> None:
    with pytest.raises(InvalidInput, match="control character"):
        split_words(f"get pods{char}-A")


@pytest.mark.parametrize("command", ["get 'pods", 'get "pods', "get pods\\", "get 'a\"", "'"])
def test_an_open_quote_is_refused(command: str) -> None:
    with pytest.raises(InvalidInput):
        split_words(command)


def test_a_command_beyond_the_limit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="longer than"):
        split_words("x" * (LONGEST_COMMAND + 1))


@given(st.lists(PLAIN, max_size=8))
def test_quoted_words_come_back_as_they_were(words: list[str]) -> None:
    assert split_words(shlex.join(words)) == words


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_our_own_error(text: str) -> None:
    try:
        split_words(text)
    except InvalidInput as refused:
        assert refused.next_step
