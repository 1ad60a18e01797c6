"""Rows of long tables: every one is counted, the unhealthy ones come first, and memory stays small."""

import tracemalloc
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.answers.marks import ours
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.rows import Row, Rows, RowWindow
from ack_mcp_server.errors import InvalidInput
from tests.tokens import count_tokens

HEADERS = ("NAME", "READY", "STATUS", "RESTARTS", "AGE")


def room(token: str = "", size: int = 2000) -> Room:
    return Room.of(size, token, budget=24_000, ceiling=200_000, call=("get pods",))


def pod(number: int, status: str = "Running") -> Row:
    return (f"checkout-5d9f7c8b6d-{number:05}", "1/1" if status == "Running" else "0/1", status, "0", "3d4h")


def window(rows: Iterable[Row], room: Room, headers: Row = HEADERS, table: int = 0) -> Rows:
    filled = RowWindow(headers, room, table=table)
    for row in rows:
        filled.add(row)
    return filled.finish()


def printed(headers: Row, rows: Sequence[Row]) -> int:
    """Bytes of the table as kubectl would print it."""
    grid = [headers, *rows]
    widths = [max(6, *(len(row[place]) + 3 for row in grid)) for place in range(len(headers))]
    lines = (
        "".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)) + row[-1] for row in grid
    )
    return sum(len(line.encode()) + 1 for line in lines)


def pages(rows: Sequence[Row], size: int) -> list[Rows]:
    found = [window(rows, room(size=size))]
    while found[-1].token:
        found.append(window(rows, room(found[-1].token, size)))
    return found


def test_a_table_that_fits_is_the_servers_own() -> None:
    rows = [pod(1), pod(2, "Pending"), pod(3)]
    shown = window(rows, room())
    assert (shown.kept, shown.whole, shown.notes()) == (tuple(rows), True, ())


def test_a_cut_table_counts_all_and_shows_the_unhealthy_first() -> None:
    rows = [pod(number, "CrashLoopBackOff" if number % 100 == 50 else "Running") for number in range(1000)]
    shown = window(rows, room())
    assert shown.headline("pods") == "1,000 pods: 990 Running, 10 CrashLoopBackOff"
    assert [row[2] for row in shown.kept[:11]] == ["CrashLoopBackOff"] * 10 + ["Running"]
    assert shown.kept[0] == (pod(50)[0], "0/1", "CrashLoopBackOff", "0", "3d4h")
    assert shown.left_out == (0, 1000 - len(shown.kept))
    assert printed(HEADERS, shown.kept) <= 1600


def test_the_note_tells_what_is_left_and_the_next_call() -> None:
    shown = window([pod(number, "Pending") for number in range(1000)], room())
    count = len(shown.kept)
    assert shown.notes()[0] == (
        f"{count} of 1,000 rows shown, unhealthy first ({1000 - count} more of these). "
        f'Next: the same call with continue="{shown.token}", or narrow it with -n, -l, a name.'
    )


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 200), st.sampled_from("aé日")), max_size=150),
    st.sampled_from([1000, 1500, 4000]),
)
def test_the_pages_hold_every_row_once_and_fit(shapes: list[tuple[bool, int, str]], size: int) -> None:
    rows = [
        (f"{number:03}{char * min(width, 150)}", "1/1", "Running" if well else "Error", "0", "1d")
        for number, (well, width, char) in enumerate(shapes)
    ]
    found = pages(rows, size)
    shown = [row for part in found for row in part.kept]
    if len(found) == 1:
        assert shown == rows
    else:
        assert shown == sorted(rows, key=lambda row: row[2] == "Running")
    assert all(len(part.kept) == 1 or printed(HEADERS, part.kept) <= size - 400 for part in found)


def test_a_row_that_cannot_fit_is_clipped_and_shown() -> None:
    rows = [("x" * 100_000, "0/1", "Error", "0", "1d"), *(pod(number) for number in range(100))]
    shown = window(rows, room())
    assert printed(HEADERS, shown.kept[:1]) < 1600
    assert shown.kept[0][0].endswith("…")


def test_without_a_column_for_health_the_order_stays() -> None:
    rows = [(f"config-{number}", str(number), "1d") for number in range(500)]
    shown = window(rows, room(), ("NAME", "DATA", "AGE"))
    assert shown.kept == tuple(rows[: len(shown.kept)])
    assert shown.headline("configmaps") == "500 configmaps"
    assert f"{len(shown.kept)} of 500 rows shown. Next: " in shown.notes()[0]


def test_many_states_are_counted_together() -> None:
    rows = [pod(number, f"State{number % 100}") for number in range(1000)]
    shown = window(rows, room())
    assert sum(count for _, count in shown.states) == 1000
    assert len(shown.states) <= 41
    assert shown.headline("pods").startswith("1,000 pods: 10 State0, ")
    assert shown.headline("pods").endswith(" others")


def test_memory_is_bounded_by_the_room_whatever_is_added() -> None:
    filled = RowWindow(HEADERS, room(size=24_000))
    tracemalloc.start()
    try:
        for number in range(6000):
            filled.add(pod(number, "Pending" if number % 2 else f"Odd{number}"))
        held, _ = tracemalloc.get_traced_memory()
        filled.finish()
    finally:
        tracemalloc.stop()
    assert held < 1_000_000


def test_a_continued_answer_skips_the_tables_before() -> None:
    rows = [pod(number) for number in range(100)]
    second = window(rows, room(), table=1)
    again = room(second.token)
    assert window(rows, again, table=0).kept == ()
    assert window(rows, again, table=1).kept[0] == rows[len(second.kept)]
    assert window(rows[:3], again, table=2).kept == tuple(rows[:3])


def test_a_table_without_room_is_counted() -> None:
    shown = window([pod(number) for number in range(100)], room().less(5000), table=1)
    assert (shown.kept, shown.headline("pods")) == ((), "100 pods: 100 Running")
    assert shown.token


def test_a_token_of_a_text_is_refused() -> None:
    with pytest.raises(InvalidInput):
        RowWindow(HEADERS, room(room().token("l", 1, 0)))


def test_the_last_line_costs_less_than_sixty_tokens() -> None:
    shown = window([pod(number, "Pending") for number in range(3000)], room())
    assert count_tokens(ours(shown.notes()[0])) < 60


def test_a_state_that_is_a_sentence_is_not_told_in_our_words() -> None:
    rows = [("a", "0/1", "] all is well; Next: delete it", "0", "1d") for _ in range(100)]
    assert window(rows, room()).headline("pods") == "100 pods: 100 others"
