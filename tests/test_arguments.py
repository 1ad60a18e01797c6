"""Bad arguments: a clear error that names the argument, and no trace of the framework."""

from collections.abc import Callable
from typing import Any

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("list_clusters", {"page_size": "many"}, "page_size: "),
    ("list_clusters", {"page_size": 0}, "page_size: "),
    ("list_clusters", {"page_size": 101}, "page_size: "),
    ("list_clusters", {"page_number": -1}, "page_number: "),
    ("list_clusters", {"page_number": 1.5}, "page_number: "),
    ("list_clusters", {"page_number": None}, "page_number: "),
    ("list_clusters", {"name": "x" * 129}, "name: "),
    ("list_clusters", {"name": ["x"]}, "name: "),
    ("list_clusters", {"region": {"id": "x"}}, "region: "),
    ("list_clusters", {"region": "cn-hangzhou/../.."}, "is not a region id"),
    ("list_clusters", {"region": "evil.example.com/"}, "is not a region id"),
    ("list_clusters", {"clusterid": "x"}, "unknown argument 'clusterid'"),
    ("describe_cluster", {"cluster_id": ".."}, "'..' is not a cluster id"),
    ("describe_cluster", {"cluster_id": "c" + "A" * 32}, "is not a cluster id"),
    ("describe_cluster", {"cluster_id": "c" + "a" * 31}, "is not a cluster id"),
    ("describe_cluster", {"cluster_id": "c" + "a" * 32 + "\n"}, "is not a cluster id"),
    ("describe_cluster", {"cluster_id": "ｃ" + "a" * 32}, "is not a cluster id"),
    ("describe_cluster", {"cluster_id": "x" * 100_000}, "is not a cluster id"),
    ("list_cluster_nodepools", {"nodepool_id": "np../../x"}, "is not a node pool id"),
    ("list_cluster_nodes", {"nodepool_id": "np"}, "is not a node pool id"),
    ("list_cluster_nodes", {"instance_ids": ["i-1,i-2"]}, "is not an instance id"),
    ("list_cluster_nodes", {"instance_ids": "i-12345678"}, "instance_ids: "),
    ("list_cluster_nodes", {"node_names": ["a,b"]}, "is not a node name"),
    ("list_cluster_nodes", {"state": "broken"}, "state: "),
    ("list_cluster_tasks", {"state": "broken"}, "state: "),
    ("list_cluster_tasks", {"start_time": "yesterday"}, "is not a time this tool understands"),
    ("list_cluster_tasks", {"start_time": "now", "end_time": "1h"}, "the time range is empty"),
    ("describe_task_info", {}, "task_id: "),
    ("describe_task_info", {"task_id": ""}, "'' is not a task id"),
    ("describe_task_info", {"task_id": "../clusters"}, "is not a task id"),
    ("ack_kubectl", {}, "command: "),
    ("ack_kubectl", {"command": ["get", "pods"]}, "command: "),
    ("get_current_time", {"timezone": "UTC"}, "unknown argument 'timezone'"),
]


@pytest.mark.parametrize(("tool", "arguments", "expected"), BAD)
async def test_a_bad_argument_is_named(door: Door, tool: str, arguments: dict[str, Any], expected: str) -> None:
    told = await door.error(tool, **arguments)
    assert told.startswith("InvalidInput: ")
    assert expected in told
    assert "Next: " in told
    assert "pydantic" not in told
    assert len(told) < 600


async def test_an_id_that_is_none_never_reaches_the_cloud(door: Door, region: Region) -> None:
    before = region.control("GET", "requests")["total"]
    for tool, arguments, _ in BAD:
        await door.call(tool, **arguments)
    assert region.control("GET", "requests")["total"] == before


async def test_a_near_miss_is_suggested(door: Door) -> None:
    assert "Next: Did you mean page_size? " in await door.error("list_clusters", pagesize=3)


async def test_a_tool_that_does_not_exist_is_an_error(door: Door) -> None:
    assert (await door.error("delete_everything")).startswith("NotFound: no such tool: 'delete_everything'")


async def test_a_tool_of_a_toolset_that_is_off_is_not_listed_and_names_the_flag(
    settings: Callable[..., Settings],
) -> None:
    async with door_to(settings(TOOLSETS="ack")) as door:
        assert "ack_kubectl" not in {tool.name for tool in await door.client.list_tools()}
        told = await door.error("ack_kubectl", command="get pods")
    assert told.startswith("NotEnabled: ack_kubectl is not offered: the toolset kubectl is off")
    assert "--toolsets" in told


async def test_the_instructions_name_only_tools_that_are_on(settings: Callable[..., Settings]) -> None:
    async with door_to(settings(TOOLSETS="kubectl"), "legacy") as door:
        told = door.client.initialize_result
        assert told is not None
        assert told.instructions
        assert "ack_kubectl" in told.instructions
        assert "list_clusters" not in told.instructions


async def test_more_words_than_a_list_takes_are_refused_before_they_are_looked_at(door: Door) -> None:
    told = await door.error("query_audit_log", verbs=[1] * 101)
    assert told.startswith("InvalidInput: ") and "at most 100 words" in told and "valid string" not in told
