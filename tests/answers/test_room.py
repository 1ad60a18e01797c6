"""How much an answer holds, and the tokens that continue it."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.answers.room import NOTES, SMALLEST, Room
from ack_mcp_server.errors import InvalidInput
from tests.tokens import count_tokens

CALL = ("get pods -A", "c1")
COUNTS = st.integers(min_value=0, max_value=36**12)


def room(max_bytes: int = 0, token: str = "", call: tuple[str, ...] = CALL) -> Room:
    return Room.of(max_bytes, token, budget=24_000, ceiling=200_000, call=call)


def test_a_call_that_does_not_say_has_the_operators_budget() -> None:
    assert room().max_bytes == 24_000


def test_the_budget_is_never_above_the_ceiling() -> None:
    assert Room.of(budget=24_000, ceiling=9000).max_bytes == 9000


@pytest.mark.parametrize("asked", [SMALLEST, 24_000, 200_000])
def test_a_call_may_ask_for_less_and_for_more(asked: int) -> None:
    assert room(asked).max_bytes == asked


@pytest.mark.parametrize("asked", [-1, SMALLEST - 1, 200_001])
def test_what_is_out_of_bounds_is_refused_with_the_bounds(asked: int) -> None:
    with pytest.raises(InvalidInput, match=rf"max_bytes is {asked}; this server takes {SMALLEST} to 200000"):
        room(asked)


def test_our_own_lines_have_their_share() -> None:
    assert room(2000).content == 2000 - NOTES
    assert room(2000).less(3000).content == 0


@given(kind=st.sampled_from(string.ascii_lowercase), counts=st.lists(COUNTS, min_size=1, max_size=4))
def test_a_token_says_again_what_was_put_into_it(kind: str, counts: list[int]) -> None:
    token = room().token(kind, *counts)
    assert room(token=f" {token}\n").counts(kind, len(counts)) == tuple(counts)
    assert re.fullmatch(r"[0-9a-z.-]+", token)


def test_the_beginning_has_no_counts() -> None:
    assert room().counts("l", 2) == ()


def test_a_token_is_short() -> None:
    assert count_tokens(room().token("t", 1_795_246_363_123_456_789)) <= 16


@given(st.text(max_size=40))
def test_nothing_but_a_token_of_ours_is_taken(token: str) -> None:
    if token.strip():
        with pytest.raises(InvalidInput):
            room(token=token)


@pytest.mark.parametrize("call", [("get pods -A", "c2"), ("get pods", "-A", "c1"), ("get pod", "s -Ac1"), ()])
def test_a_token_of_another_call_is_refused(call: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput, match="belongs to another call"):
        room(token=room(call=call).token("l", 3, 0))


def test_blanks_do_not_make_another_call() -> None:
    assert room(token=room(call=("get  pods -A ", "c1")).token("l", 3, 0)).start


@pytest.mark.parametrize(("kind", "number"), [("r", 2), ("l", 1), ("l", 3)])
def test_a_token_that_counts_something_else_is_refused(kind: str, number: int) -> None:
    continued = room(token=room().token("l", 3, 0))
    with pytest.raises(InvalidInput, match="continue takes what the last line of the previous answer said"):
        continued.counts(kind, number)
