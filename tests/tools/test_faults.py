"""Each fault of the wire through each cloud tool: a typed error within its deadline, and nothing left running."""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ack_mcp_server.services import tasks
from ack_mcp_server.services.cloud import WORKERS_OF_A_KEY
from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Door, Region, door_to, http_site, sdk_threads_at_work, tool_call, until

DEADLINE_S = 1.5

Fault = dict[str, Any]

# Fault, then the code that every tool must answer with.
FAULTS: list[tuple[str, Fault, str]] = [
    ("throttled, with a wait", {"kind": "throttling", "retry_after_ms": 20}, "Throttled"),
    ("throttled, with a long wait", {"kind": "throttling", "retry_after_ms": 90_000}, "Throttled"),
    ("throttled, without a wait", {"kind": "throttling"}, "Throttled"),
    ("throttled with status 400", {"kind": "throttling", "status": 400}, "Throttled"),
    ("throttled with status 503", {"kind": "throttling", "status": 503}, "Throttled"),
    ("service unavailable", {"kind": "unavailable"}, "Unavailable"),
    ("internal error", {"kind": "unavailable", "status": 500, "code": "InternalError"}, "Unavailable"),
    ("HTML from a gateway", {"kind": "bad_gateway"}, "Unavailable"),
    ("connection reset", {"kind": "reset"}, "Unavailable"),
    ("cut off in the middle", {"kind": "cut_off"}, "Unavailable"),
    ("truncated JSON", {"kind": "truncated"}, "UnexpectedAnswer"),
    ("empty body", {"kind": "empty"}, "UnexpectedAnswer"),
    ("a list", {"kind": "wrong_shape", "shape": "list"}, "UnexpectedAnswer"),
    ("a string", {"kind": "wrong_shape", "shape": "string"}, "UnexpectedAnswer"),
    ("a number", {"kind": "wrong_shape", "shape": "number"}, "UnexpectedAnswer"),
    ("null", {"kind": "wrong_shape", "shape": "null"}, "UnexpectedAnswer"),
    ("nulls for values", {"kind": "wrong_shape", "shape": "nulls"}, "UnexpectedAnswer"),
    ("text for values", {"kind": "wrong_shape", "shape": "wrong_fields"}, "UnexpectedAnswer"),
    ("too large", {"kind": "huge", "mib": 17}, "TooLarge"),
    ("forbidden", {"kind": "forbidden"}, "Forbidden"),
    ("not found", {"kind": "not_found"}, "NotFound"),
    ("no answer at all", {"kind": "hang"}, "DeadlineExceeded"),
]

# These, too, take a whole deadline each.
LATE_FAULTS: list[tuple[str, Fault, str]] = [
    ("headers late", {"kind": "slow", "seconds": 60}, "DeadlineExceeded"),
    ("dripping body", {"kind": "drip", "seconds": 0.1}, "DeadlineExceeded"),
]

LIST_SHAPES = ["object_for_list", "wrong_items", "null_items"]
LIST_TOOLS = ["list_clusters", "list_cluster_nodepools", "list_cluster_nodes", "list_cluster_tasks"]


def deadline_s(fault: Fault) -> float:
    """A large answer comes as quickly as the machine sends it, to all tools at once; the others are quick or never."""
    return 10 if fault["kind"] == "huge" else DEADLINE_S


async def calls(door: Door, region: Region) -> dict[str, dict[str, Any]]:
    """Of every cloud tool, on things that exist. The region of the cluster is known afterwards, so that a fault meets
    each tool's own call."""
    cluster = {"cluster_id": region.cluster("production")}
    task = re.search(r"T-[0-9a-f]+", (await door.ok("list_cluster_tasks", **cluster)).text)
    assert task
    return {
        "list_clusters": {},
        "describe_cluster": cluster,
        "list_cluster_nodepools": cluster,
        "list_cluster_nodes": cluster,
        "list_cluster_tasks": cluster,
        "describe_task_info": {"task_id": task.group()},
    }


async def answers(door: Door, asked: dict[str, dict[str, Any]]) -> dict[str, str]:
    replies = await asyncio.gather(*(door.call(tool, **arguments) for tool, arguments in asked.items()))
    assert all(reply.is_error for reply in replies), [reply.text for reply in replies]
    return dict(zip(asked, (reply.text for reply in replies), strict=True))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        *(
            # Each asks six tools: every second kind is enough to notice, the others run in CI.
            pytest.param(*fault[1:], id=fault[0], marks=[pytest.mark.slow] if number % 2 else [])
            for number, fault in enumerate(FAULTS)
        ),
        *(pytest.param(*fault[1:], id=fault[0], marks=pytest.mark.slow) for fault in LATE_FAULTS),
    ],
)
async def test_every_tool_answers_a_typed_error_in_time(
    settings: Callable[..., Settings], region: Region, fault: Fault, code: str
) -> None:
    async with door_to(settings(API_TIMEOUT=deadline_s(fault))) as door:
        asked = await calls(door, region)
        region.fault(**fault)
        started = time.monotonic()
        told = await answers(door, asked)
        took = time.monotonic() - started
        assert {tool: text.split(":")[0] for tool, text in told.items()} == dict.fromkeys(told, code)
        assert took < deadline_s(fault) + 2.5, took
        assert all("Next: " in text and CANARY not in text for text in told.values())
        assert await until(lambda: sdk_threads_at_work() == 0)
    assert await until(lambda: region.in_flight() == 0)


@pytest.mark.parametrize("shape", LIST_SHAPES)
async def test_a_list_of_the_wrong_shape_is_never_an_empty_list(door: Door, region: Region, shape: str) -> None:
    cluster = region.cluster("production")
    await door.ok("list_cluster_nodes", cluster_id=cluster)
    region.fault("wrong_shape", shape=shape)
    for tool in LIST_TOOLS:
        arguments = {} if tool == "list_clusters" else {"cluster_id": cluster}
        assert (await door.error(tool, **arguments)).startswith("UnexpectedAnswer"), tool


async def test_a_read_that_was_throttled_once_succeeds(door: Door, region: Region) -> None:
    region.fault("throttling", retry_after_ms=10, times=2)
    assert (await door.ok("list_clusters")).text.startswith("3 clusters")


async def test_a_read_whose_connection_broke_once_succeeds(door: Door, region: Region) -> None:
    region.fault("reset", times=1)
    assert (await door.ok("list_clusters")).text.startswith("3 clusters")


async def test_throttling_names_the_wait(door: Door, region: Region) -> None:
    region.fault("throttling", retry_after_ms=90_000)
    assert "Next: Wait 90 s, then try again." in await door.error("list_clusters")


async def test_a_missing_permission_names_the_action_and_who_lacks_it(
    settings: Callable[..., Settings], region: Region
) -> None:
    key = region.key("no-permission")
    theirs = settings(ACCESS_KEY_ID=key["access_key_id"], ACCESS_KEY_SECRET=key["access_key_secret"])
    async with door_to(theirs) as door:
        text = await door.error("list_clusters")
    assert text.startswith("Forbidden: ")
    assert "Next: Have cs:DescribeClusters" in text
    assert "added to a RAM policy of" in text


async def test_a_cancelled_call_ends_on_the_wire(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings()) as door:
        await door.ok("list_clusters")
        region.fault("hang")
        call = asyncio.create_task(door.call("list_clusters"))
        assert await until(lambda: region.in_flight() == 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await until(lambda: sdk_threads_at_work() == 0)
    assert await until(lambda: region.in_flight() == 0)


@pytest.mark.slow
async def test_more_slow_calls_than_threads_leave_the_loop_free(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(API_TIMEOUT=DEADLINE_S)) as door:
        region.fault("hang")
        slow = [asyncio.create_task(door.call("list_clusters")) for _ in range(64)]
        assert (await door.ok("get_current_time")).text.endswith(")")
        replies = await asyncio.gather(*slow)
    assert {reply.text.split(":")[0] for reply in replies} == {"DeadlineExceeded", "Throttled"}


@pytest.mark.slow
async def test_a_call_that_found_no_place_was_not_sent_and_says_so(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(API_TIMEOUT=DEADLINE_S)) as door:
        region.fault("hang")
        before = len(region.control("GET", "requests")["requests"])
        replies = await asyncio.gather(*(door.call("list_clusters") for _ in range(2 * WORKERS_OF_A_KEY)))
    busy = [reply.text for reply in replies if reply.text.startswith("Throttled: this server is busy: ")]
    assert len(busy) == WORKERS_OF_A_KEY
    assert all("Next: Wait for the other calls to end" in text for text in busy)
    assert len(region.control("GET", "requests")["requests"]) == before + len(replies) - len(busy)


@pytest.mark.slow
async def test_the_slow_calls_of_one_key_leave_room_for_others(
    settings: Callable[..., Settings], region: Region
) -> None:
    region.fault("hang", action="DescribeTaskInfo")
    with http_site(settings(MCP_TRANSPORT="http", API_TIMEOUT=5)) as url:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:

            def call(role: str, tool: str, **arguments: str) -> asyncio.Task[httpx.Response]:
                message, headers = tool_call(tool, **arguments), region.headers(role)
                return asyncio.create_task(client.post(url + "/mcp", json=message, headers=headers))

            slow = [call("session", "describe_task_info", task_id=f"T-{number:024d}") for number in range(40)]
            assert await until(lambda: region.in_flight() == WORKERS_OF_A_KEY)
            answer = await call("other-tenant", "list_clusters")
            left_waiting = sum(not task.done() for task in slow)
            await asyncio.gather(*slow)
    assert answer.json()["result"]["content"][0]["text"].startswith("1 clusters")
    assert left_waiting == len(slow)


@pytest.mark.slow
async def test_a_scan_of_tasks_that_runs_out_of_time_answers_with_what_came(
    settings: Callable[..., Settings], region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "SCAN_PAGE", 5)
    async with door_to(settings(API_TIMEOUT=DEADLINE_S)) as door:
        region.fault("hang", action="DescribeClusterTasks", after=1)
        text = (await door.ok("list_cluster_tasks", cluster_id=region.cluster("production"), state="success")).text
    assert re.match(r"[1-5] tasks with state=success in cluster c\w+; \d+ older tasks were not looked at\n", text)


@pytest.mark.slow
async def test_all_pages_of_a_scan_share_one_deadline(
    settings: Callable[..., Settings], region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page alone would be in time; more than two together are not."""
    monkeypatch.setattr(tasks, "SCAN_PAGE", 1)
    asked = {"cluster_id": region.cluster("production"), "state": "success"}
    async with door_to(settings(API_TIMEOUT=DEADLINE_S)) as door:
        whole = (await door.ok("list_cluster_tasks", **asked)).text
        region.fault("slow", action="DescribeClusterTasks", seconds=DEADLINE_S / 2)
        partial = (await door.ok("list_cluster_tasks", **asked)).text
    unread_of_both = [int(re.findall(r"(\d+) older tasks", text)[0]) for text in (whole, partial)]
    assert unread_of_both[0] < unread_of_both[1]
