"""What a log repeats is folded, and nothing that may matter is lost in a fold."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.answers.folding import Folder, LogLine, Run

TRACE = ["Traceback", "  File a", "  File b", "ValueError"]


def folded(*lines: str) -> list[Run]:
    runs: list[Run] = []
    folder = Folder(runs.append)
    for number, line in enumerate(lines):
        folder.push(LogLine(f"{number:05}", line))
    folder.finish()
    return runs


def shown(*lines: str) -> list[str]:
    return ["\n".join(line.text for line in run.lines) + run.mark() for run in folded(*lines)]


def test_a_run_of_one_line_is_shown_once_with_its_number() -> None:
    assert shown("start", *["tick"] * 1204, "end") == ["start", "tick (×1,204)", "end"]


def test_a_repeating_block_is_shown_once_with_its_number() -> None:
    assert shown("start", *TRACE * 30, "end") == ["start", "\n".join(TRACE) + " (4 lines ×30)", "end"]


def test_a_block_that_stops_within_shows_what_came_of_it() -> None:
    assert shown(*TRACE * 2, *TRACE[:2], "killed") == ["\n".join(TRACE) + " (4 lines ×2)", *TRACE[:2], "killed"]


def test_two_lines_in_turn_are_a_block() -> None:
    assert shown(*["ping", "pong"] * 50) == ["ping\npong (2 lines ×50)"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026-11-21T07:32:43.123Z GET /", "2026-11-21T07:32:44.456Z GET /"),
        ("2026/11/21 07:32:43 done", "2026/11/21 07:32:44 done"),
        ("I1121 07:32:43.123456 ok", "I1121 07:32:44.123457 ok"),
        ("took 12ms", "took 3.5ms"),
        ("request 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "request 1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f1"),
        ("trace=4bf92f3577b34da6 x", "trace=00f067aa0ba902b7 x"),
        ("goroutine at 0xc000123", "goroutine at 0xc000456"),
        ("from 10.0.0.1:54321", "from 10.0.0.1:54400"),
        ("retry 3 failed", "retry 4 failed"),
    ],
)
def test_lines_that_differ_in_times_ids_and_counters_are_alike(first: str, second: str) -> None:
    assert shown(first, second) == [f"{second} (×2 alike)"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("GET / 200", "GET / 500"),
        ("exit code 1", "exit code 137"),
        ("queue is 10", "queue is 9000"),
        ("pod web-1 ready", "pod web-2 ready"),
        ("from 10.0.0.1", "from 10.0.0.2"),
        ("node added", "node faded"),
        ("error", "Error"),
    ],
)
def test_lines_that_say_different_things_are_not_folded(first: str, second: str) -> None:
    assert shown(first, second) == [first, second]


@given(st.lists(st.sampled_from(["a", "b", "c", "id 0a1b2c3d4e", "id 0a1b2c3d4f"]), max_size=40))
def test_every_line_is_counted_once_and_in_order(lines: list[str]) -> None:
    runs = folded(*lines)
    assert sum(run.stands_for for run in runs) == len(lines)
    assert [run.last for run in runs] == sorted(run.last for run in runs)
    unfolded = [line.text[:3] for run in runs for _ in range(run.times) for line in run.lines]
    assert unfolded == [line[:3] for line in lines]


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_no_run_of_one_line_stays_unfolded(lines: list[str]) -> None:
    texts = [run.lines[0].text for run in folded(*lines) if len(run.lines) == 1]
    if all(len(run.lines) == 1 for run in folded(*lines)):
        assert texts == [text for text, _ in groupby(texts)]
