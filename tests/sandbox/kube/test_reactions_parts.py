"""What controllers read: commands, schedules, tags, and the counts of a rollout."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ack_sandbox.kube.controllers import cron, templates
from ack_sandbox.kube.controllers.commands import Outcome, outcome
from ack_sandbox.kube.programs import Images, release, split

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    "command, expected",
    [
        (["sleep", "5"], Outcome(5.0)),
        (["sleep", "infinity"], Outcome(None)),
        (["/bin/false"], Outcome(0.0, 1)),
        (["sh", "-c", "echo one; sleep 2 && echo two; exit 3"], Outcome(2.0, 3, ("one", "two"))),
        (["sh", "-c", "exit 1; sleep 9"], Outcome(0.0, 1)),
        (["/app/server", "--port=80"], None),
        (["sh", "-c", "exec /app/server"], None),
        (["sh", "-c", "echo 'open"], None),
    ],
)
def test_a_command_does(command: list[str], expected: Outcome | None) -> None:
    assert outcome(command, [], "registry.example.com/app:v1") == expected


@pytest.mark.parametrize("image, ends", [("busybox:1.36", True), ("docker.io/library/alpine", True), ("nginx", False)])
def test_a_shell_without_a_terminal_ends_at_once(image: str, ends: bool) -> None:
    assert (outcome([], [], image) == Outcome()) is ends


@given(some.text(max_size=40), some.lists(some.text(max_size=20), max_size=3))
@settings(max_examples=50)
def test_no_command_is_too_odd(text: str, words: list[str]) -> None:
    for command in (["sh", "-c", text], [text, *words]):
        found = outcome(command, [], "nginx")
        assert found is None or found.seconds is None or found.seconds >= 0


@pytest.mark.parametrize(
    "schedule, expected",
    [
        ("*/15 * * * *", datetime(2026, 3, 2, 12, 15, tzinfo=UTC)),
        ("0 0 * * *", datetime(2026, 3, 3, tzinfo=UTC)),
        ("30 2 * * 0", datetime(2026, 3, 8, 2, 30, tzinfo=UTC)),
        ("0 0 1 1 *", datetime(2027, 1, 1, tzinfo=UTC)),
        ("0 6 13 * 5", datetime(2026, 3, 6, 6, tzinfo=UTC)),
        ("@hourly", datetime(2026, 3, 2, 13, tzinfo=UTC)),
        ("5,35 8-18/5 * * *", datetime(2026, 3, 2, 13, 5, tzinfo=UTC)),
        ("0 0 31 2 *", None),
        ("* * * *", None),
        ("a b c d e", None),
    ],
)
def test_a_schedule_comes_round(schedule: str, expected: datetime | None) -> None:
    assert cron.after(schedule, NOON) == expected


@given(some.integers(0, 59), some.integers(0, 23), some.integers(0, 10**7))
@settings(max_examples=50)
def test_a_daily_run_is_less_than_a_day_away(minute: int, hour: int, later: int) -> None:
    at = NOON + timedelta(seconds=later)
    found = cron.after(f"{minute} {hour} * * *", at)
    assert found is not None and at < found <= at + timedelta(days=1) and (found.hour, found.minute) == (hour, minute)


@pytest.mark.parametrize(
    "image, repository, tag",
    [
        ("nginx", "nginx", "latest"),
        ("nginx:1.27", "nginx", "1.27"),
        ("registry.example.com:5000/a/b", "registry.example.com:5000/a/b", "latest"),
        ("registry.example.com:5000/a/b:v1@sha256:00", "registry.example.com:5000/a/b", "v1"),
    ],
)
def test_an_image_has_a_repository_and_a_tag(image: str, repository: str, tag: str) -> None:
    assert split(image) == (repository, tag)


def test_a_tag_tells_its_release() -> None:
    tags = ("v3.9.4", "1.27", "v5.2.0-rc1", "16.4", "latest", "dev-20260911-dirty")
    assert [release(tag) for tag in tags] == [(3, 9), (1, 27), (5, 2), (16, 4), None, None]


@pytest.mark.parametrize(
    "image, exists",
    [
        ("our.example.com/shop/cart:v2.3.1", True),
        ("our.example.com/shop/cart:v2.4.0", True),
        ("our.example.com/shop/cart:v2.5.0", False),
        ("our.example.com/shop/cart:v1.0.0", True),
        ("our.example.com/shop/cart:v2.3.9", False),
        ("our.example.com/shop/cart:latest", True),
        ("our.example.com/shop/cart:typo", False),
        ("our.example.com/shop/card:v2.3.1", False),
        ("nginx:1.27", True),
        ("quay.io/some/thing:any", True),
    ],
)
def test_a_registry_has(image: str, exists: bool) -> None:
    images = Images(missing={"our.example.com/shop/cart:v2.3.9"})
    images.publish(["our.example.com/shop/cart:v2.3.1", "our.example.com/shop/cart:v2.3.9"])
    assert images.exists(image) is exists


@pytest.mark.parametrize(
    "replicas, surge, missing, expected",
    [(4, "25%", "25%", (1, 1)), (3, "25%", "25%", (1, 0)), (10, 3, 0, (3, 0)), (1, 0, 0, (0, 1))],
)
def test_the_bounds_of_a_rollout(replicas: int, surge: Any, missing: Any, expected: tuple[int, int]) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": missing}}
    assert templates.bounds({"spec": {"replicas": replicas, "strategy": strategy}}) == expected


def test_templates_are_compared_without_what_is_empty_or_added() -> None:
    one = {
        "metadata": {"creationTimestamp": None, "labels": {"app": "a", templates.HASH: "x"}},
        "spec": {"volumes": []},
    }
    other: dict[str, Any] = {"metadata": {"labels": {"app": "a"}}, "spec": {}}
    assert templates.same(one, other) and templates.digest(one) == templates.digest(other)
