"""Each fault of the wire, of Log Service alone, through each tool that reads logs; and what the sandbox tells."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Door, Region, door_to, sdk_threads_at_work, until
from tests.tools.test_faults import FAULTS, LATE_FAULTS, Fault, deadline_s

pytestmark = pytest.mark.slow

CALLS: dict[str, dict[str, Any]] = {
    "query_audit_log": {},
    "query_controlplane_logs": {"component": "kcm"},
    "query_cluster_events": {},
}
# Not found means here that events are not collected.
OTHERWISE = {("query_cluster_events", "NotFound"): "NotEnabled"}


def opened(settings: Callable[..., Settings], region: Region, **values: object) -> Any:
    return door_to(settings(TOOLSETS="all", DEFAULT_CLUSTER_ID=region.cluster("production"), **values))


@pytest.mark.parametrize(
    ("fault", "code"), [pytest.param(*fault[1:], id=fault[0]) for fault in [*FAULTS, *LATE_FAULTS]]
)
async def test_every_log_tool_answers_a_typed_error_in_time(
    settings: Callable[..., Settings], region: Region, fault: Fault, code: str
) -> None:
    async with opened(settings, region, API_TIMEOUT=deadline_s(fault)) as door:
        await door.ok("describe_cluster")
        region.fault(**fault, service="sls")
        started = time.monotonic()
        replies = await asyncio.gather(*(door.call(tool, **arguments) for tool, arguments in CALLS.items()))
        assert time.monotonic() - started < deadline_s(fault) + 2.5
        expected = {tool: OTHERWISE.get((tool, code), code) for tool in CALLS}
        assert {tool: reply.text.split(":")[0] for tool, reply in zip(CALLS, replies, strict=True)} == expected
        assert all("Next: " in reply.text and CANARY not in reply.text for reply in replies)
        assert await until(lambda: sdk_threads_at_work() == 0)
    assert await until(lambda: region.in_flight() == 0)


@pytest.fixture
async def logs(settings: Callable[..., Settings], region: Region) -> Any:
    async with opened(settings, region) as door:
        yield door


async def test_a_day_of_audit_is_counted_and_its_newest_shown(logs: Door) -> None:
    text = (await logs.ok("query_audit_log", limit=3)).text
    assert "audit entries, newest first, of audit-c" in text
    assert "rows by time, 1h a bar: " in text


async def test_deletions_are_found_with_their_user(logs: Door) -> None:
    text = (await logs.ok("query_audit_log", verbs=["delete"], resource_types=["po"])).text
    assert "pods/" in text and "system:serviceaccount:kube-system:" in text


async def test_an_account_is_found_by_the_end_of_its_name(logs: Door) -> None:
    text = (await logs.ok("query_audit_log", user="ci-deployer", limit=5)).text
    rows = [row for row in text.split("\n") if "deployments/" in row or "secrets/" in row]
    assert rows and all(":ci-deployer " in row for row in rows)


@pytest.mark.parametrize("value", ['shop" or *', "* | select 1", "shop or verb", 'x" or verb: "get'])
async def test_a_hostile_value_matches_nothing(logs: Door, value: str) -> None:
    assert "no audit entries" in (await logs.ok("query_audit_log", namespace=value)).text


async def test_failed_pods_are_among_the_events(logs: Door) -> None:
    text = (await logs.ok("query_cluster_events", type="Warning", reason="BackOff", start_time="24h")).text
    assert "Back-off restarting failed container" in text


async def test_the_scheduler_tells_of_pods_that_fit_nowhere(logs: Door) -> None:
    text = (await logs.ok("query_controlplane_logs", component="kube-scheduler", query='"nodes are available"')).text
    assert "Unable to schedule pod" in text


@pytest.mark.parametrize("component", ["cluster-autoscaler", "controlplane-events"])
async def test_a_logstore_that_is_listed_for_a_component_is_read_by_its_tool(logs: Door, component: str) -> None:
    listed = (await logs.ok("sls_describe_logstore")).text
    assert f"control plane: {component} (query_controlplane_logs)" in listed
    assert f" lines of {component}" in (await logs.ok("query_controlplane_logs", component=component, limit=2)).text


async def test_a_field_without_an_index_is_told_as_that(logs: Door) -> None:
    text = await logs.error("query_controlplane_logs", component="kcm", query="nosuchfield:x")
    assert text.startswith("InvalidInput: ") and "Next: The field has no index" in text


async def test_an_incomplete_answer_of_the_sandbox_is_asked_for_again(logs: Door, region: Region) -> None:
    region.control("POST", "sls", kind="incomplete", logstore="kcm-*", times=2)
    assert "rows may be missing" not in (await logs.ok("query_controlplane_logs", component="kcm", limit=5)).text
    region.control("POST", "sls", kind="clear")


async def test_what_is_done_now_is_in_the_audit_log(logs: Door, region: Region) -> None:
    await logs.ok("ack_kubectl", command="auth can-i list pods -n shop")
    text = (await logs.ok("query_audit_log", start_time="5m", limit=1)).text
    assert "audit entries" in text


async def test_a_preview_is_in_the_audit_log_as_a_dry_run(settings: Callable[..., Settings], region: Region) -> None:
    chosen = settings(TOOLSETS="all", DEFAULT_CLUSTER_ID=region.cluster("production"))
    async with door_to(chosen.model_copy(update={"allow_write": True})) as door:
        await door.ok("ack_kubectl", command="delete service loyalty -n shop --dry-run=server")
        wanted = {"verbs": ["delete"], "resource_name": "loyalty", "start_time": "5m"}
        text = (await door.ok("query_audit_log", **wanted)).text
    assert " delete (dry run) " in text and "services/loyalty" in text
