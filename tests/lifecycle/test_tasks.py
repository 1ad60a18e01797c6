"""Tasks: waited for, paused, resumed, cancelled; and what they reported."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastmcp import Client

from ack_mcp_server.app import build_app
from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to
from tests.lifecycle.operator import Operator, task_of

pytestmark = pytest.mark.slow


async def begun(staging: Operator) -> str:
    return task_of(await staging.ok("scale_nodepool", nodepool_id=await staging.pool(), count=1))


async def test_a_task_that_is_over_is_told_at_once(staging: Operator) -> None:
    task = await begun(staging)
    staging.pass_time(600)
    with staging.asked() as actions:
        told = await staging.ok("wait_for_task", task_id=task)
    assert "state: success" in told
    assert actions.count("DescribeTaskInfo") == 1


async def test_at_the_deadline_a_task_is_told_as_it_is_and_how_to_go_on(
    own_region: Region, changing: Callable[..., Settings]
) -> None:
    told: list[str] = []

    async def heard(_progress: float, _total: float | None, message: str | None) -> None:
        told.append(message or "")

    settings = changing(DIAGNOSE_TIMEOUT=0.3)
    async with Client(build_app(settings), progress_handler=heard) as client:
        operator = Operator(Door(client), own_region)
        task = await begun(operator)
        text = await operator.ok("wait_for_task", task_id=task)
    assert "state: running" in text
    assert "Call wait_for_task again to go on waiting" in text
    assert any(task in message for message in told)
    operator.pass_time(600)


async def test_a_look_that_fails_for_a_while_does_not_end_the_wait(staging: Operator) -> None:
    task = await begun(staging)
    staging.region.fault("unavailable", action="DescribeTaskInfo", times=4, after=1)
    waited = await staging.while_time_passes("wait_for_task", task_id=task)
    assert "state: success" in waited.text


async def test_a_task_is_paused_resumed_and_cancelled(staging: Operator) -> None:
    task = await begun(staging)
    assert "begun on task" in await staging.ok("control_task", task_id=task, action="pause")
    staging.pass_time(60)
    paused = await staging.ok("wait_for_task", task_id=task)
    assert "state: paused" in paused and 'action="resume"' in paused
    assert (await staging.error("control_task", task_id=task, action="pause")).startswith("Conflict: task T-")
    await staging.ok("control_task", task_id=task, action="resume")
    staging.pass_time(10)
    shown = await staging.ok("control_task", task_id=task, action="cancel")
    assert "what it did so far is not taken back" in shown
    await staging.done("control_task", task_id=task, action="cancel")
    waited = await staging.while_time_passes("wait_for_task", task_id=task)
    assert "It did not succeed" in waited.text


async def test_a_task_of_another_cluster_is_named(staging: Operator, own_region: Region) -> None:
    task = await begun(staging)
    told = await staging.error(
        "control_task", task_id=task, action="cancel", cluster_id=own_region.cluster("production")
    )
    assert told.startswith(("InvalidInput", "NotFound"))
    staging.pass_time(600)


async def test_events_are_those_of_the_tasks(staging: Operator) -> None:
    task = await begun(staging)
    staging.pass_time(600)
    told = await staging.ok("describe_cluster_events", task_id=task)
    assert "NodePoolScaleoutSucceed" in told
    page = await staging.ok("describe_cluster_events", page_size=2)
    assert "2 of " in page and "next: page_number=2" in page


async def test_a_waiting_call_that_is_cancelled_stops_asking(
    own_region: Region, changing: Callable[..., Settings]
) -> None:
    async with door_to(changing()) as door:
        operator = Operator(door, own_region)
        call: asyncio.Task[Any] = asyncio.ensure_future(operator.call("wait_for_task", task_id=await begun(operator)))
        await asyncio.wait([call], timeout=0.2)
        call.cancel()
        await asyncio.wait([call], timeout=5)
        assert call.cancelled()
    operator.pass_time(600)
