"""Tasks over time: at every instant all that a task shows agrees, and in the end it is over."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from ack_sandbox.region import Region
from tests.sandbox.cloud.sdk import Sdk, control, models

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow


async def tasks_of(region: Region) -> list[Any]:
    request = models.DescribeClusterTasksRequest(page_size=100)
    body = await Sdk(region).call("describe_cluster_tasks", region.plan.cluster("production").id, request)
    return list(body.tasks)


async def pool_state(region: Region) -> str:
    production = region.plan.cluster("production")
    pool = await Sdk(region).call("describe_cluster_node_pool_detail", production.id, production.pools[1].id)
    return str(pool.status.state)


async def test_production_has_succeeded_failed_and_running_tasks_newest_first(region: Region) -> None:
    tasks = await tasks_of(region)

    created = [datetime.fromisoformat(task.created) for task in tasks]
    assert created == sorted(created, reverse=True)
    assert {task.state for task in tasks} == {"success", "fail", "running"}
    assert all((task.error is not None) == (task.state == "fail") for task in tasks)


async def test_a_running_task_goes_through_its_stages_to_its_end(region: Region) -> None:
    sdk, task_id = Sdk(region), (await tasks_of(region))[0].task_id
    seen = []
    for _ in range(14):
        task = await sdk.call("describe_task_info", task_id)
        assert_agrees(task, region.clock.now())
        seen.append((task.state, task.current_stage, await pool_state(region)))
        await control(region, "POST", "clock", {"advance_s": 30})

    assert list(dict.fromkeys(seen)) == [
        ("running", "DrainNodes", "updating"),
        ("running", "ReplaceSystemDisk", "updating"),
        ("running", "NodeReady", "updating"),
        ("running", "PostCheck", "updating"),
        ("success", "PostCheck", "active"),
    ]


def assert_agrees(task: Any, now: datetime) -> None:
    states = [stage.state for stage in task.stages]
    over = task.state != "running"
    assert states[:-1] == ["success"] * (len(states) - 1)
    assert states[-1] == task.state
    assert bool(task.stages[-1].end_time) == over
    assert (task.events[-1].action in ("finish", "fail")) == over
    assert {result.status for result in task.task_result} <= {"success" if over else "initial"}
    assert datetime.fromisoformat(task.created) <= datetime.fromisoformat(task.updated) <= now
    assert int(task.events[-1].timestamp) <= now.timestamp() * 1000


async def test_a_failed_task_stops_in_the_stage_that_failed(region: Region) -> None:
    failed = next(task for task in await tasks_of(region) if task.task_type == "nodepool_scaleout")

    task = await Sdk(region).call("describe_task_info", failed.task_id)

    assert (task.state, task.current_stage) == ("fail", "CreateInstances")
    assert [stage.state for stage in task.stages] == ["success", "fail"]
    assert (task.events[-1].level, task.events[-1].reason) == ("Warning", "NodePoolScaleoutFailed")
    assert task.error.code == "OperationDenied.NoStock"


async def test_asking_changes_nothing(region: Region) -> None:
    sdk, task_id = Sdk(region), (await tasks_of(region))[0].task_id

    first = await sdk.call("describe_task_info", task_id)
    second = await sdk.call("describe_task_info", task_id)

    assert first.to_map() == second.to_map()


async def test_events_of_a_task_are_events_of_its_cluster(region: Region) -> None:
    sdk, task_id = Sdk(region), (await tasks_of(region))[0].task_id
    production = region.plan.cluster("production").id
    task = await sdk.call("describe_task_info", task_id)

    request = models.DescribeClusterEventsRequest(task_id=task_id)
    events = (await sdk.call("describe_cluster_events", production, request)).events

    assert [event.data.reason for event in events] == [event.reason for event in reversed(task.events)]


async def test_nodes_are_as_old_as_the_task_that_made_them(region: Region) -> None:
    production = region.plan.cluster("production")
    made = next(task for task in reversed(await tasks_of(region)) if task.task_type == "nodepool_scaleout")
    request = models.DescribeClusterNodesRequest(nodepool_id=production.pools[1].id)

    nodes = (await Sdk(region).call("describe_cluster_nodes", production.id, request)).nodes

    assert {node.creation_time for node in nodes} == {made.updated}


async def test_a_cluster_was_updated_when_its_last_task_was(region: Region) -> None:
    tasks, sdk = await tasks_of(region), Sdk(region)
    detail = await sdk.call("describe_cluster_detail", region.plan.cluster("production").id)
    age = region.clock.now() - datetime.fromisoformat(detail.created)

    assert detail.updated == max(task.updated for task in tasks)
    assert age == timedelta(days=412)
