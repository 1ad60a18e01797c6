"""Long text comes in pages of whole lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.answers.marks import ours
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.text import Page, page
from ack_mcp_server.errors import InvalidInput
from tests.tokens import count_tokens

LINES = st.lists(
    st.one_of(
        st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=20),
        st.integers(min_value=1, max_value=1500).map("日".__mul__),
        st.integers(min_value=1, max_value=1500).map("x".__mul__),
    ),
    max_size=12,
)


def room(token: str = "", size: int = 1000) -> Room:
    return Room.of(size, token, budget=1000, ceiling=200_000, call=("describe pod x",))


def pages(text: str) -> list[Page]:
    found = [page(text, room())]
    while found[-1].token:
        found.append(page(text, room(found[-1].token)))
    return found


def test_what_fits_is_left_as_it_is_without_a_note() -> None:
    whole = page("a\nb\n", room())
    assert (whole.text, whole.notes()) == ("a\nb\n", ())


def test_a_cut_is_at_the_end_of_a_line_and_says_the_next_call() -> None:
    first = page("a line of text\n" * 100, room())
    assert first.text == "a line of text\n" * 40
    assert first.notes() == (
        f'40 of 100 lines shown. Next: the same call with continue="{first.token}", or narrow it with -n, -l, a name.',
    )


def test_the_next_page_begins_where_the_last_ended_and_the_end_is_said() -> None:
    _, second, third = pages("".join(f"line {number:9}\n" for number in range(1, 101)))
    assert second.text.startswith("line        41\n")
    assert second.notes()[0].startswith("41-80 of 100 lines shown. Next: ")
    assert third.notes() == ("81-100 of 100 lines shown; this is the end",)


def test_a_line_longer_than_the_room_is_cut_inside_and_goes_on() -> None:
    text = "x" * 1500 + "\nend"
    first, second, third = pages(text)
    assert first.notes()[0].startswith("1 of 2 lines shown, the last one in part. ")
    assert (len(first.text), len(second.text), third.text) == (600, 600, "x" * 300 + "\nend")


@given(LINES)
def test_the_pages_are_the_text_and_every_one_fits(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = pages(text)
    assert "".join(part.text for part in found) == text
    assert all(len(part.text.encode()) <= 600 for part in found)


def test_a_text_that_has_become_shorter_ends() -> None:
    late = page("a\nb", room(room().token("l", 7, 3)))
    assert (late.text, late.token) == ("", "")


def test_a_token_of_a_table_is_refused() -> None:
    with pytest.raises(InvalidInput):
        page("a", room(room().token("r", 0, 1, 2)))


def test_the_last_line_costs_less_than_sixty_tokens() -> None:
    text = "".join(f"{number}\n" for number in range(100_000))
    middle = page(text, room(room().token("l", 90_000, 0)))
    assert count_tokens(ours(middle.notes()[0])) < 60
