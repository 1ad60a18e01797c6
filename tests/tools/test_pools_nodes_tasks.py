"""Node pools, nodes and tasks, through a client and the real SDK."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to, running_sandbox, settings_in


@pytest.fixture
def production(region: Region) -> str:
    return region.cluster("production")


async def test_node_pools_show_size_health_and_autoscaling(door: Door, production: str) -> None:
    text = (await door.ok("list_cluster_nodepools", cluster_id=production)).text
    assert text.startswith(f"2 node pools in cluster {production}\n")
    assert re.search(r"default-nodepool \(default\) .* active +8 +7 ", text)
    assert re.search(r"burst .* 0-10 ", text)


async def test_one_node_pool_is_shown_by_its_id(door: Door, production: str) -> None:
    all_pools = (await door.ok("list_cluster_nodepools", cluster_id=production)).text
    pool = re.findall(r"np[0-9a-f]{8,}", all_pools)[1]
    text = (await door.ok("list_cluster_nodepools", cluster_id=production, nodepool_id=pool)).text
    assert text.startswith("1 node pools")
    assert "burst" in text


async def test_node_pools_come_in_pages(door: Door, production: str) -> None:
    text = (await door.ok("list_cluster_nodepools", cluster_id=production, page_size=1, page_number=2)).text
    assert text.startswith(f"1 of 2 node pools in cluster {production} (page 2)\n")
    assert "burst" in text


async def test_an_unknown_node_pool_names_the_tool_that_lists_them(door: Door, production: str) -> None:
    told = await door.error("list_cluster_nodepools", cluster_id=production, nodepool_id="np" + "0" * 32)
    assert told.startswith("NotFound: node pool np000")
    assert "Next: list_cluster_nodepools shows" in told


async def test_nodes_show_the_one_that_is_not_ready(door: Door, production: str) -> None:
    text = (await door.ok("list_cluster_nodes", cluster_id=production)).text
    assert text.startswith(f"10 nodes in cluster {production}\n")
    assert text.count("NotReady") == 1


async def test_nodes_are_narrowed_by_pool_name_and_instance(door: Door, production: str) -> None:
    rows = (await door.ok("list_cluster_nodes", cluster_id=production)).text.splitlines()[2:]
    name, instance = rows[3].split()[:2]
    pool = next(word for word in rows[-1].split() if word.startswith("np"))
    cases: list[tuple[dict[str, Any], int]] = [
        ({"node_names": [name]}, 1),
        ({"instance_ids": [instance]}, 1),
        ({"nodepool_id": pool}, 2),
        ({"state": "failed"}, 0),
    ]
    for arguments, count in cases:
        text = (await door.ok("list_cluster_nodes", cluster_id=production, **arguments)).text
        assert text.startswith(f"{count} nodes"), arguments


async def test_an_empty_list_names_what_it_was_narrowed_by(door: Door, production: str) -> None:
    nodes = (await door.ok("list_cluster_nodes", cluster_id=production, state="failed")).text
    unknown = (await door.ok("list_cluster_nodes", cluster_id=production, node_names=["a", "b"])).text
    tasks = (await door.ok("list_cluster_tasks", cluster_id=production, state="paused", task_type="x")).text
    clusters = (await door.ok("list_clusters", name="nonesuch")).text
    assert nodes.startswith(f"0 nodes with state=failed in cluster {production}; ")
    assert "STATUS shows which nodes are NotReady" in nodes
    assert unknown == f"0 nodes with node_names=a|b in cluster {production}"
    assert tasks == f"0 tasks with state=paused, task_type=x in cluster {production}"
    assert clusters == "0 clusters with name=nonesuch in all regions"


async def test_tasks_show_what_failed_and_why(door: Door, production: str) -> None:
    text = (await door.ok("list_cluster_tasks", cluster_id=production, state="failed")).text
    assert text.startswith(f"2 tasks with state=failed in cluster {production}\n")
    assert "OperationDenied.NoStock: " in text


async def test_both_words_for_failed_mean_the_same(door: Door, production: str) -> None:
    one, other = [
        (await door.ok("list_cluster_tasks", cluster_id=production, state=state)).text for state in ("fail", "failed")
    ]
    assert one.replace("state=fail ", "state=failed ") == other


async def test_tasks_are_narrowed_by_type_and_time(door: Door, production: str) -> None:
    upgrades = (await door.ok("list_cluster_tasks", cluster_id=production, task_type="cluster_upgrade")).text
    recent = (await door.ok("list_cluster_tasks", cluster_id=production, start_time="1h")).text
    assert {line.split()[1] for line in upgrades.splitlines()[2:]} == {"cluster_upgrade"}
    assert recent.startswith("1 tasks")


async def test_tasks_come_in_pages(door: Door, production: str) -> None:
    text = (await door.ok("list_cluster_tasks", cluster_id=production, page_size=5)).text
    assert re.match(r"5 of \d+ tasks in cluster c\w+ \(page 1; next: page_number=2\)\n", text)


async def test_a_task_shows_its_stages_events_and_error(door: Door, production: str) -> None:
    rows = (await door.ok("list_cluster_tasks", cluster_id=production, state="failed")).text.splitlines()[2:]
    text = (await door.ok("describe_task_info", task_id=rows[0].split()[0], cluster_id=production)).text
    assert "state: fail" in text
    assert "error: OperationDenied.NoStock" in text
    assert "stages:\n" in text
    assert re.search(r"events \(3 of 3\):\n.*\n\d{4}-\d\d-\d\dT", text)


async def test_all_times_of_a_task_are_told_in_utc(door: Door, production: str) -> None:
    rows = (await door.ok("list_cluster_tasks", cluster_id=production, state="failed")).text.splitlines()[2:]
    text = (await door.ok("describe_task_info", task_id=rows[0].split()[0], cluster_id=production)).text
    times = re.findall(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\S*)", text)
    assert set(times) == {"Z"} and len(times) > 6
    created, started = re.findall(r"\d{4}-\d\d-\d\dT\d\d", text)[::2][:2]
    assert created == started


async def test_an_unknown_task_names_the_tool_that_lists_them(door: Door) -> None:
    told = await door.error("describe_task_info", task_id="T-000000000000000000000000")
    assert told.startswith("NotFound: task T-000")
    assert "Next: list_cluster_tasks shows" in told


@pytest.mark.slow
async def test_a_running_task_proceeds() -> None:
    with running_sandbox() as region:
        async with door_to(settings_in(region)) as door:
            cluster = region.cluster("production")
            running = (await door.ok("list_cluster_tasks", cluster_id=cluster, state="running")).text.splitlines()[2:]
            task = running[0].split()[0]
            before = (await door.ok("describe_task_info", task_id=task)).text
            region.control("POST", "clock", advance_s=3600)
            after = (await door.ok("describe_task_info", task_id=task)).text
    assert "state: running" in before
    assert "state: success" in after


async def test_the_time_is_told_in_both_forms(settings: Callable[..., Settings]) -> None:
    async with door_to(settings()) as door:
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(unix \d{10}\)", (await door.ok("get_current_time")).text
        )
