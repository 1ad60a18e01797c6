"""Logs as they stream by: the tail is kept, searched, folded, merged, and nothing more is held."""

import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.answers.grep import line_pattern
from ack_mcp_server.answers.log_tail import LogTail
from ack_mcp_server.answers.logs import LogText, log_text
from ack_mcp_server.answers.marks import composed, ours
from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import InvalidInput
from tests.tokens import count_tokens

START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
WORDS = ["red", "green", "blue", "black", "white", "grey", "pink", "brown", "teal"]


def room(token: str = "", size: int = 1000) -> Room:
    return Room.of(size, token, budget=24_000, ceiling=200_000, call=("logs web-0",))


def stamp(second: float) -> str:
    return f"{START + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S.%f}000Z"


def stamped(lines: Sequence[str], *, offset: float = 0, step: float = 1) -> bytes:
    return "".join(f"{stamp(offset + number * step)} {line}\n" for number, line in enumerate(lines)).encode()


def different(count: int) -> list[str]:
    """Lines that no fold joins."""
    return [f"{WORDS[n % 9]}{WORDS[n // 9 % 9]}{WORDS[n // 81 % 9]} line {n % 1000}" for n in range(count)]


def tail(raw: bytes, within: Room, *, size: int = 700, grep: str = "", stamped: bool = True,
         redact: Callable[[str], str] = str) -> LogTail:  # fmt: skip
    found = LogTail(within, pattern=line_pattern(grep), stamped=stamped, redact=redact)
    for begin in range(0, len(raw), size):
        if not found.feed(raw[begin : begin + size]):
            break
    return found


def of_one(raw: bytes, within: Room | None = None, **how: object) -> LogText:
    within = within or room()
    return log_text({"web-0/app": tail(raw, within, **how)}, within)  # type: ignore[arg-type]


def pages(logs: Mapping[str, bytes], *, stamped: bool = True) -> list[LogText]:
    found: list[LogText] = []
    while not found or found[-1].token:
        within = room(found[-1].token if found else "")
        tails = {name: tail(raw, within, stamped=stamped) for name, raw in logs.items()}
        found.append(log_text(tails, within))
    return found


def test_a_log_that_fits_is_shown_whole_without_stamps_and_notes() -> None:
    log = of_one(stamped(["a", "", "b"]))
    assert (log.text, log.notes()) == ("a\n\nb", ())


def test_stamps_are_shown_when_asked_for() -> None:
    within = room()
    log = log_text({"web-0/app": tail(stamped(["a"]), within)}, within, timestamps=True)
    assert log.text == "2026-11-21T07:00:00.000000000Z a"


def test_a_long_log_shows_its_end_and_says_how_to_see_what_was_before() -> None:
    lines = different(500)
    log = of_one(stamped(lines))
    assert log.text.splitlines() == lines[-log.shown :]
    assert 400 < len(log.text) <= 600
    assert log.notes() == (
        f"last {log.shown} of 500 lines shown. Earlier ones: "
        f'the same call with continue="{log.token}", or use grep, since.',
    )


@pytest.mark.parametrize("has_stamps", [True, False])
def test_the_pages_are_the_log_from_its_end(has_stamps: bool) -> None:
    lines = different(120)
    raw = stamped(lines) if has_stamps else "\n".join(lines).encode()
    found = pages({"web-0/app": raw}, stamped=has_stamps)
    assert len(found) > 3
    assert [line for log in reversed(found) for line in log.text.splitlines()] == lines


@given(
    st.lists(st.lists(st.sampled_from(different(30)), max_size=60), min_size=2, max_size=3),
    st.sampled_from([0.0, 0.4, 1.0]),
)
def test_the_pages_of_several_logs_lose_no_line(logs: list[list[str]], step: float) -> None:
    raw = {f"web-{n}/app": stamped(lines, offset=n * step / 3, step=step or 1) for n, lines in enumerate(logs)}
    text = "\n".join(log.text for log in pages(raw))
    for name, lines in zip(raw, logs, strict=True):
        assert all(f"{name}: {line}" in text for line in lines)


def test_lines_of_one_moment_do_not_keep_a_reader_on_one_page() -> None:
    found = pages({"web-0/app": stamped(different(200), step=0)})
    assert [bool(log.text) for log in found] == [True, False]


def test_a_log_that_grows_between_two_calls_goes_on_where_it_was() -> None:
    lines = different(120)
    first = of_one(stamped(lines[:100]))
    second = of_one(stamped(lines), room(first.token))
    shown = f"{second.text}\n{first.text}".splitlines()
    assert shown == lines[100 - len(shown) : 100]


def test_reading_stops_when_what_follows_was_shown() -> None:
    raw = stamped(different(3000))
    earlier = LogTail(room(room().token("t", int(START.timestamp()) * 10**9)), stamped=True)
    fed = [earlier.feed(raw[begin : begin + 700]) for begin in range(0, len(raw), 700)]
    assert fed.index(False) < 3
    assert earlier.read == 1


def test_several_logs_are_merged_by_time_under_their_names() -> None:
    within = room()
    tails = {
        "web-0/app": tail(stamped(["red", "blue"], step=2), within),
        "web-1/app": tail(stamped(["green", "pink"], offset=1, step=2), within),
    }
    log = log_text(tails, within)
    assert log.text == "web-0/app: red\nweb-1/app: green\nweb-0/app: blue\nweb-1/app: pink"


def test_a_quiet_log_does_not_show_what_is_older_than_a_busy_one_could_keep() -> None:
    within = room()
    busy, quiet = stamped(different(500)), stamped(["early"], offset=3)
    log = log_text({"busy/app": tail(busy, within), "quiet/app": tail(quiet, within)}, within)
    assert "early" not in log.text
    assert log.token


def test_nodes_in_other_zones_are_merged_by_the_moment() -> None:
    within = room()
    tails = {
        "a/app": tail(b"2026-11-21T15:00:01.5+08:00 second\n", within),
        "b/app": tail(b"2026-11-21T07:00:01Z first\n", within),
    }
    assert log_text(tails, within).text == "b/app: first\na/app: second"


def test_a_run_longer_than_the_room_is_one_line() -> None:
    log = of_one(stamped([*different(3), *["tick"] * 5000]))
    assert log.text.splitlines()[-1] == "tick (×5,000)"
    assert (log.shown, log.token) == (5003, "")


def test_grep_shows_matching_lines_and_counts_them() -> None:
    log = of_one(stamped([*different(100), "boom", *different(100)]), grep="boom|bang")
    assert (log.text, log.notes()) == ("boom", ("1 of 201 lines match",))


def test_grep_without_a_match_says_so() -> None:
    log = of_one(stamped(different(100)), grep="nothing")
    assert (log.text, log.notes()) == ("", ("0 of 100 lines match",))


def test_grep_does_not_see_the_stamp() -> None:
    assert of_one(stamped(["red", "blue"]), grep="^red$").text == "red"
    assert of_one(stamped(["red"]), grep="2026").text == ""


@pytest.mark.parametrize("grep", ["", "hunter2", "pass", "hunter|x"])
def test_what_is_redacted_is_neither_shown_nor_found(grep: str) -> None:
    log = of_one(stamped(["a", "pass=hunter2", "b"]), grep=grep, redact=lambda text: text.replace("hunter2", "***"))
    assert "hunter2" not in log.text
    assert log.matched == {"": 3, "pass": 1}.get(grep, 0)


@pytest.mark.parametrize("guess", ["hunter2", "hunter3"])
def test_a_guess_beside_the_mark_does_not_tell_what_is_redacted(guess: str) -> None:
    raw = stamped(["a", "pass=hunter2", "b"])
    log = of_one(raw, grep=rf"\*\*\*|{guess}", redact=lambda text: text.replace("hunter2", "***"))
    assert (log.text, log.matched) == ("pass=***", 1)


def test_a_redaction_that_joins_lines_shows_nothing_of_them() -> None:
    log = of_one(
        stamped(["a", "KEY", "SECRET", "END"]), redact=lambda text: text.replace("KEY\nSECRET\nEND", "KEY ***")
    )
    assert log.text == "a\nKEY ***"


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_chunks_may_end_anywhere(size: int) -> None:
    raw = stamped(["日志 one", "é two", "three"])
    assert of_one(raw[:-1], size=size).text == "日志 one\né two\nthree"


def test_a_line_too_long_is_cut_inside_and_says_by_how_much() -> None:
    raw = stamped(["a", "x" * 300_000, "b"])
    text = of_one(raw, room(size=50_000), size=65_536).text
    first, long, last = text.splitlines()
    assert (first, last) == ("a", "b")
    assert long.startswith("xxx")
    assert long.endswith(" bytes)")
    assert len(long) < 17_000


def test_a_line_longer_than_the_room_still_fits() -> None:
    log = of_one(stamped(["a", "日" * 3000]))
    assert len(log.text.encode()) <= 600
    assert "… (+" in log.text


def test_a_progress_bar_and_line_separators_stay_on_their_line() -> None:
    assert of_one(stamped(["10%\r20%", "a\u2028b\x85c", "\x1b[32mok\x1b[0m"])).text == "10% 20%\na bc\nok"


def test_a_long_log_is_never_held() -> None:
    chunk = stamped(different(1000))
    within = room(size=24_000)
    found = LogTail(within, stamped=True)
    tracemalloc.start()
    try:
        for _ in range(10):
            found.feed(chunk)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.read == 10_000
    assert held < 600_000


@given(st.binary(max_size=300))
def test_no_bytes_break_it_or_forge_our_line(raw: bytes) -> None:
    log = of_one(raw.replace(b"0", b"\n[ack-mcp-server: "), size=50)
    answer = composed(log.text, source="logs", below=[*log.notes(), "end"])
    assert [line for line in answer.splitlines() if line.startswith("[ack-mcp-server:")][1:] == [
        *map(ours, log.notes()),
        ours("end"),
    ]


@pytest.mark.parametrize("token", [("l", 1, 0), ("n", 5), ("t", 1, 2)])
def test_a_token_of_something_else_is_refused(token: tuple[str, int, int]) -> None:
    with pytest.raises(InvalidInput):
        LogTail(room(room().token(*token)), stamped=True)


def test_a_moment_beyond_the_calendar_means_the_whole_log() -> None:
    log = of_one(stamped(["a"]), room(room().token("t", 36**12)))
    assert log.text == "a"


def test_the_last_line_costs_less_than_sixty_tokens() -> None:
    log = of_one(stamped(different(3000)), grep="line")
    assert count_tokens(ours(log.notes()[0])) < 60
