"""Pauses and cancellations move a task in time and lose none of its work."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_sandbox.cloud.task_types import stages_of
from ack_sandbox.cloud.tasks import OVER, SETTLING, Halt, Task, task_events
from tests.sandbox.conftest import NOON

pytestmark = pytest.mark.slow

gaps = st.lists(st.tuples(st.integers(1, 60), st.integers(10, 600)), max_size=4)  # seconds of work, then of rest


def task(halts: tuple[Halt, ...], cancelled: datetime | None = None) -> Task:
    return Task(
        id="T-1",
        cluster_id="c1",
        type="nodepool_upgrade",
        target_type="nodepool",
        target_id="np1",
        started=NOON,
        stages=stages_of("nodepool_upgrade"),
        halts=halts,
        cancelled=cancelled,
    )


def halts_of(drawn: list[tuple[int, int]]) -> tuple[Halt, ...]:
    halts, at = [], NOON
    for work, rest in drawn:
        begun = at + timedelta(seconds=work)
        at = begun + timedelta(seconds=rest)
        halts.append(Halt(begun=begun, ended=at))
    return tuple(halts)


@settings(max_examples=60)
@given(gaps)
def test_a_task_ends_later_by_as_long_as_it_rested(drawn: list[tuple[int, int]]) -> None:
    rested = timedelta(seconds=sum(rest for _, rest in drawn))
    assert task(halts_of(drawn)).ends == task(()).ends + rested


@settings(max_examples=60)
@given(gaps, st.integers(0, 3000))
def test_what_a_task_shows_at_one_moment_agrees(drawn: list[tuple[int, int]], seconds: int) -> None:
    made, now = task(halts_of(drawn)), NOON + timedelta(seconds=seconds)
    events, begun = task_events(made, now), made.begun(now)
    assert all(event.at <= now for event in events)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert (made.state(now) in OVER) == (events[-1].action == "finish") == (begun[-1].state != "running")
    assert NOON <= made.updated(now) <= now


@settings(max_examples=60)
@given(gaps, st.integers(0, 400))
def test_a_cancelled_task_begins_no_further_stage(drawn: list[tuple[int, int]], seconds: int) -> None:
    at = NOON + timedelta(seconds=seconds)
    halts = tuple(halt for halt in halts_of(drawn) if halt.ended <= at)
    made, later = task(halts, at), at + timedelta(days=1)
    assert (made.state(at), made.state(at + SETTLING), made.state(later)) == ("cancelling", "canceled", "canceled")
    assert len(made.begun(later)) == len(made.begun(at))
    assert made.begun(later)[-1].state == "canceled"
