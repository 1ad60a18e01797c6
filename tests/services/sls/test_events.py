"""Events as SLS keeps them, grouped through a client."""

import json
import time
from typing import Any

import pytest

from tests.conftest import door_to
from tests.services.sls.log_service import LogService, refused, serving

NOW = int(time.time())


def row(age: int, count: int, uid: str = "u1", **fields: Any) -> dict[str, str]:
    event = {
        "metadata": {"name": f"web-0.{uid}", "namespace": "shop", "uid": uid},
        "involvedObject": {"kind": "Pod", "name": "web-0", "namespace": "shop"},
        "type": "Warning", "reason": "BackOff", "message": "Back-off restarting failed container", "count": count,
        **fields,
    }  # fmt: skip
    return {"__time__": str(NOW - age), "eventId": json.dumps(event)}


async def told(service: LogService, settings_: dict[str, object] | None = None, **arguments: Any) -> str:
    with serving(service, **settings_ or {}) as settings:
        async with door_to(settings) as door:
            return (await door.call("query_cluster_events", **arguments)).text


async def test_an_event_that_was_seen_again_is_one_line_with_its_last_count() -> None:
    text = await told(LogService(rows=[row(30, 1), row(20, 2), row(10, 7)]))
    assert text.split("\n")[-1].split()[1:6] == ["7", "Warning", "BackOff", "shop", "pod/web-0"]


@pytest.mark.slow
async def test_events_that_say_the_same_are_added_up() -> None:
    text = await told(LogService(rows=[row(20, 4), row(10, 3, uid="u2")]))
    assert text.split("\n")[-1].split()[1] == "7"


@pytest.mark.slow
async def test_different_events_are_lines_of_their_own_newest_first() -> None:
    text = await told(LogService(rows=[row(500, 1, uid="u2", reason="Pulled"), row(10, 1)]))
    assert [line.split()[3] for line in text.split("\n")[-2:]] == ["BackOff", "Pulled"]


@pytest.mark.slow
async def test_arguments_become_quoted_conditions() -> None:
    service = LogService()
    await told(service, namespace="shop", kind="deploy", name="web-*", reason='x"y', type="warning")
    assert service.searches[0]["query"] == (
        'eventId.involvedObject.namespace: "shop" and eventId.involvedObject.kind: "deployment" and '
        r'eventId.involvedObject.name: web-* and eventId.reason: "x\"y" and eventId.type: "Warning"'
    )


@pytest.mark.slow
async def test_events_that_are_not_collected_tell_what_collects_them() -> None:
    text = await told(LogService(refusals=[refused(404, "LogStoreNotExist", "logstore k8s-event does not exist")]))
    assert text.startswith("NotEnabled: the events of cluster ")
    assert "ack-node-problem-detector" in text


@pytest.mark.slow
async def test_a_server_of_some_namespaces_shows_events_of_those_only() -> None:
    other = row(9, 1, uid="u3", involvedObject={"kind": "Pod", "name": "hidden", "namespace": "other"})
    text = await told(LogService(rows=[row(10, 1), other]), {"NAMESPACES": "shop"})
    assert "web-0" in text and "hidden" not in text


@pytest.mark.slow
async def test_rows_that_hold_no_event_are_passed_over() -> None:
    rows = [{"__time__": str(NOW - 5), "eventId": text} for text in ("{", "[]", "7", "null")]
    assert "web-0" in await told(LogService(rows=[*rows, row(4, 1)]))


@pytest.mark.slow
async def test_groups_beyond_the_limit_come_when_continued() -> None:
    service = LogService(rows=[row(60 - n, 1, uid=f"u{n}", reason=f"Reason{n}") for n in range(5)])
    with serving(service) as settings:
        async with door_to(settings) as door:
            first = (await door.ok("query_cluster_events", limit=3)).text
            token = first.partition('continue="')[2].partition('"')[0]
            second = (await door.ok("query_cluster_events", limit=3, **{"continue": token})).text
    assert "Reason2" in first and "Reason1 " not in first
    assert "Reason1 " in second and "Reason0 " in second and "Reason2 " not in second
