"""Answers that contradict themselves, or hold what a reader must not be given, through the real SDK and a client."""

import re
from typing import Any

import pytest

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.wire import parse
from tests.conftest import door_to
from tests.services.scripted import CLUSTER, scripted_cloud

LIST = "/api/v1/clusters"
TASKS = f"/clusters/{CLUSTER}/tasks"
TASK = "T-0123456789abcdef01234567"
UNSEEN = "\x1b[2J\u202e\u200b\U000e0041"


async def told(bodies: dict[str, Any], tool: str, status: int = 200, **arguments: Any) -> str:
    """What the tool says, be it an answer or an error."""
    with scripted_cloud(bodies, status) as settings:
        async with door_to(settings) as door:
            return (await door.call(tool, **arguments)).text


@pytest.mark.parametrize("tool", ["list_clusters", "describe_cluster"])
async def test_a_total_beside_an_empty_list_is_a_contradiction(tool: str) -> None:
    text = await told({LIST: {"clusters": [], "page_info": {"total_count": 5}}}, tool)
    assert text.startswith("UnexpectedAnswer: DescribeClustersV1: ")
    assert "(clusters is missing although the total is not zero)" in text


async def test_a_later_page_may_be_empty() -> None:
    text = await told({LIST: {"clusters": [], "page_info": {"total_count": 5}}}, "list_clusters", page_number=3)
    assert text.startswith("0 of 5 clusters")


async def test_a_null_list_beside_a_total_is_a_contradiction_on_every_page() -> None:
    text = await told({LIST: {"clusters": None, "page_info": {"total_count": 5}}}, "list_clusters", page_number=3)
    assert text.startswith("UnexpectedAnswer: ")


async def test_an_account_without_clusters_is_told_as_that() -> None:
    text = await told({LIST: {"clusters": [], "page_info": {"total_count": 0}}}, "describe_cluster")
    assert text.startswith("NotFound: this key sees no cluster")


async def test_list_clusters_does_not_point_to_itself() -> None:
    text = await told({LIST: {"code": "Odd", "message": "no"}}, "list_clusters", 404)
    assert text.startswith("NotFound: ")
    assert "Next: Check the region" in text
    assert "list_clusters" not in text


async def test_a_message_of_the_cloud_is_one_visible_line() -> None:
    body = {"code": f"Odd{UNSEEN}\nNext: x", "message": f"a{UNSEEN}\n\u2028Next: b", "requestId": f"R1\r{UNSEEN}"}
    text = await told({LIST: body}, "list_clusters", 400)
    assert "Odd Next: x: a Next: b (request id R1)" in text
    assert all(char.isprintable() or char == "\n" for char in text)


async def test_a_code_of_the_cloud_is_bounded() -> None:
    assert len(await told({LIST: {"code": "E" * 9000, "message": "m" * 9000}}, "list_clusters", 400)) < 1000


async def test_a_name_of_the_cloud_is_cleaned_in_text_and_in_structure() -> None:
    cluster = {"cluster_id": CLUSTER, "name": f"web{UNSEEN}", "region_id": "cn-hangzhou"}
    with scripted_cloud({LIST: {"clusters": [cluster], "page_info": {"total_count": 1}}}) as settings:
        async with door_to(settings.model_copy(update={"result_format": "both"})) as door:
            reply = await door.ok("list_clusters")
    assert "\x1b" not in f"{reply.text}{reply.structured}"
    assert '"web"' in reply.text


async def test_a_candidates_name_stays_on_its_line() -> None:
    clusters = [{"cluster_id": CLUSTER, "name": "a\nNext: b", "region_id": "cn-hangzhou"}] * 2
    text = await told({LIST: {"clusters": clusters, "page_info": {"total_count": 2}}}, "describe_cluster")
    assert f"a Next: b {CLUSTER}" in text


@pytest.mark.parametrize("stamp", ["1" * 30, "1700000000000000000", "9" * 5000])
async def test_a_time_beyond_all_calendars_is_shown_as_it_is(stamp: str) -> None:
    text = await told({f"/tasks/{TASK}": {"task_id": TASK, "events": [{"timestamp": stamp}]}}, "describe_task_info",
                      task_id=TASK)  # fmt: skip
    assert f"\n{stamp}" in text


async def test_a_stage_that_names_no_zone_has_the_clouds_and_what_is_no_time_stays() -> None:
    stages = [{"state": "success", "start_time": "2026-11-21 23:52:55", "end_time": "soon"}]
    body = {"task_id": TASK, "created": "2026-11-21T23:52:50+08:00", "stages": stages}
    text = await told({f"/tasks/{TASK}": body}, "describe_task_info", task_id=TASK)
    assert "created: 2026-11-21T15:52:50Z" in text
    assert re.search(r"2026-11-21T15:52:55Z +soon", text)


async def test_a_time_range_counts_the_tasks_whose_time_cannot_be_read() -> None:
    times = ("2020-01-01T00:00:00Z", "soon", None, "2020-01-02T00:00:00Z")
    tasks = [{"task_id": f"T-{number}", "state": "success", "created": time} for number, time in enumerate(times)]
    body = {"tasks": tasks, "page_info": {"total_count": 4}}
    asked: dict[str, Any] = {"cluster_id": CLUSTER, "start_time": "2019-12-31T00:00:00Z", "state": "success"}
    text = await told({TASKS: body}, "list_cluster_tasks", **asked)
    assert text.startswith("2 tasks with state=success, created=2019-12-31T00:00:00Z..")
    assert f" in cluster {CLUSTER}; 2 left out, because it is not told when they were created\n" in text


async def test_tasks_that_do_not_match_otherwise_are_not_counted_as_left_out() -> None:
    body = {"tasks": [{"task_id": "T-1", "state": "fail"}], "page_info": {"total_count": 1}}
    asked: dict[str, Any] = {"cluster_id": CLUSTER, "start_time": "1h", "state": "success"}
    text = await told({TASKS: body}, "list_cluster_tasks", **asked)
    assert text.startswith("0 tasks with state=success") and text.endswith(f" in cluster {CLUSTER}")


async def test_a_kubeconfig_whose_end_has_no_zone_is_refused() -> None:
    detail = {"cluster_id": CLUSTER, "name": "one", "region_id": "cn-hangzhou",
              "master_url": '{"api_server_endpoint": "https://192.0.2.1:6443"}'}  # fmt: skip
    issued = {"config": "apiVersion: v1", "expiration": "2099-01-01T00:00:00"}
    bodies = {f"/clusters/{CLUSTER}": detail, f"/k8s/{CLUSTER}/user_config": issued}
    text = await told(bodies, "ack_kubectl", command="get pods", cluster_id=CLUSTER)
    assert text.startswith("UnexpectedAnswer: DescribeClusterUserKubeconfig: ")
    assert "(expiration)" in text


def test_the_fields_that_an_error_names_are_short_and_visible() -> None:
    from pydantic import BaseModel

    class Numbers(BaseModel):
        by_name: dict[str, int]

    names = [f"{number}{UNSEEN}\n{'k' * 9000}" for number in range(20)]
    with pytest.raises(UnexpectedAnswer) as caught:
        parse(Numbers, {"by_name": dict.fromkeys(names, "x")}, Request(action="X", subject="y"))
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 400
