"""How single events are told; whole lists are compared with kubectl's in the differential test."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.kube.native.ages import human_duration
from ack_mcp_server.kube.native.events.run import events
from ack_mcp_server.kube.native.order import places_in_order
from ack_mcp_server.kube.native.said import NotUnderstood
from tests.kube.native.answering import listed, run

EVENTS = "/api/v1/namespaces/default/events"


def event(message: str = "so it is", **more: Any) -> dict[str, Any]:
    about = {"kind": "Pod", "name": "web-0"}
    first = "2026-11-21T07:50:00Z"
    own = {"metadata": {"name": "web-0.1", "namespace": "default"}, "involvedObject": about, "reason": "Reason"}
    return {**own, "type": "Normal", "firstTimestamp": first, "lastTimestamp": first, "message": message, **more}


async def lines(*found: dict[str, Any], command: str = "events --no-headers", **more: Any) -> list[str]:
    printed = await run(events, {EVENTS: listed(*found)}, command, **more)
    return printed.stdout.splitlines()


@pytest.mark.parametrize(
    ("times", "seen"),
    [
        ({}, "10m"),
        ({"count": 7, "lastTimestamp": "2026-11-21T07:59:18Z"}, "42s (x7 over 10m)"),
        ({"eventTime": "2026-11-21T07:56:30.000001Z", "firstTimestamp": None, "lastTimestamp": None}, "3m29s"),
        ({"firstTimestamp": None, "lastTimestamp": None, "eventTime": None}, "<unknown>"),
        (
            {
                "eventTime": "2026-11-21T05:00:00.000000Z",
                "series": {"count": 3, "lastObservedTime": "2026-11-21T07:59:59.000000Z"},
            },
            "1s (x3 over 3h)",
        ),
    ],
)
async def test_when_an_event_was_seen(times: dict[str, Any], seen: str) -> None:
    assert await lines(event(**times)) == [f"{seen.ljust(max(6, len(seen) + 3))}Normal   Reason   Pod/web-0   so it is"]


async def test_a_series_is_sorted_by_when_it_was_last_observed() -> None:
    series = {"count": 3, "lastObservedTime": "2026-11-21T07:40:00.000000Z"}
    found = await lines(event("later"), event("earlier", series=series, eventTime="2026-11-21T07:30:00.000000Z"))
    assert [line.split()[-1] for line in found] == ["earlier", "later"]


async def test_a_message_of_several_lines_begins_the_columns_anew() -> None:
    found = await lines(event("first\nsecond"), event("\tthird \n", reason="LongerReason"))
    assert found == [
        "10m   Normal   Reason   Pod/web-0   first",
        "second",
        "10m   Normal   LongerReason   Pod/web-0   third",
    ]


async def test_what_would_move_the_cursor_is_made_visible() -> None:
    assert (await lines(event("\x1b[31mred\rover")))[0].endswith("^[[31mred\\rover")


async def test_events_are_redacted_before_they_are_printed() -> None:
    def hide(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "message": "***"}

    for command in ("events", "events -o json", "events -o yaml", "events -o jsonpath={.items[0].message}"):
        printed = await run(events, {EVENTS: listed(event("the password"))}, command, redact=hide)
        assert "***" in printed.stdout
        assert "password" not in printed.stdout


async def test_watching_is_left_to_kubectl() -> None:
    with pytest.raises(NotUnderstood):
        await lines(command="events -w")


@pytest.mark.parametrize(
    ("seconds", "long"),
    [
        (-5, "<invalid>"),
        (-1.5, "0s"),
        (119, "119s"),
        (120, "2m"),
        (599, "9m59s"),
        (600, "10m"),
        (3 * 3600 - 1, "179m"),
        (3 * 3600, "3h"),
        (8 * 3600 - 1, "7h59m"),
        (47 * 3600, "47h"),
        (7 * 86400 + 3600, "7d1h"),
        (8 * 86400, "8d"),
        (730 * 86400 - 1, "729d"),
        (731 * 86400, "2y1d"),
        (8 * 365 * 86400, "8y"),
    ],
)
def test_durations_are_told_as_kubectl_tells_them(seconds: float, long: str) -> None:
    assert human_duration(seconds) == long


@given(st.lists(st.integers(0, 9), max_size=60))
def test_places_in_order_are_a_sorted_permutation(keys: list[int]) -> None:
    places = places_in_order(keys)
    assert sorted(places) == list(range(len(keys)))
    assert [keys[place] for place in places] == sorted(keys)
