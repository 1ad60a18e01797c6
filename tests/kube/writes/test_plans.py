"""A plan is good once, for ten minutes, for whom and what it was made."""

from datetime import UTC, datetime, timedelta

import pytest

from ack_mcp_server.errors import Conflict, InvalidInput
from ack_mcp_server.kube.writes.plans import MOST, Plans


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def plans(clock: Clock) -> Plans:
    return Plans(clock)


def test_a_plan_is_taken_once(plans: Plans) -> None:
    plan_id = plans.keep("me", "state")
    assert plans.take(plan_id, "me").fingerprint == "state"
    with pytest.raises(InvalidInput):
        plans.take(plan_id, "me")


def test_somebody_elses_plan_is_unknown_and_stays_theirs(plans: Plans) -> None:
    plan_id = plans.keep("me", "state")
    with pytest.raises(InvalidInput):
        plans.take(plan_id, "you")
    assert plans.take(plan_id, "me")


@pytest.mark.parametrize("forged", ["", "x", "a" * 10_000, "\x00", "../plan"])
def test_a_forged_id_is_refused(plans: Plans, forged: str) -> None:
    plans.keep("me", "state")
    with pytest.raises(InvalidInput):
        plans.take(forged, "me")


def test_a_plan_ends_after_ten_minutes(plans: Plans, clock: Clock) -> None:
    plan_id = plans.keep("me", "state")
    clock.now += timedelta(minutes=10)
    with pytest.raises(Conflict, match="older than 10 minutes"):
        plans.take(plan_id, "me")


def test_many_plans_are_bounded_and_the_oldest_goes_first(plans: Plans) -> None:
    first = plans.keep("me", "state")
    for _ in range(MOST):
        last = plans.keep("me", "state")
    with pytest.raises(InvalidInput):
        plans.take(first, "me")
    assert plans.take(last, "me")
