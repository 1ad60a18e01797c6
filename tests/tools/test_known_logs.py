"""Where a cluster's logs are is asked for once for a key, and what is not kept is asked for each time."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to, http_site, tool_call

ASKS_FOR = {"query_audit_log": "GetClusterAuditProject", "query_controlplane_logs": "CheckControlPlaneLogEnable"}
ARGUMENTS: dict[str, dict[str, Any]] = {"query_audit_log": {}, "query_controlplane_logs": {"component": "kcm"}}


@pytest.fixture
async def logs(settings: Callable[..., Settings], region: Region) -> AsyncIterator[Door]:
    async with door_to(settings(TOOLSETS="all", DEFAULT_CLUSTER_ID=region.cluster("production"))) as door:
        yield door


@pytest.mark.parametrize("tool", ASKS_FOR)
async def test_the_second_call_does_not_ask_where_the_logs_are(logs: Door, region: Region, tool: str) -> None:
    await logs.ok(tool, **ARGUMENTS[tool], limit=1)
    region.fault("forbidden", action=ASKS_FOR[tool])
    await logs.ok(tool, **ARGUMENTS[tool], limit=1)


async def test_a_component_that_is_not_kept_is_asked_for_once_a_call(logs: Door, region: Region) -> None:
    region.fault("forbidden", action="CheckControlPlaneLogEnable", after=1)
    assert (await logs.error("query_controlplane_logs", component="no-such")).startswith("InvalidInput: ")
    assert (await logs.error("query_controlplane_logs", component="no-such")).startswith("Forbidden: ")


async def test_a_component_that_is_not_kept_is_asked_for_again(logs: Door, region: Region) -> None:
    await logs.ok("query_controlplane_logs", component="kcm", limit=1)
    region.fault("forbidden", action="CheckControlPlaneLogEnable")
    assert (await logs.error("query_controlplane_logs", component="no-such")).startswith("Forbidden: ")


def test_one_key_does_not_know_what_another_was_told(settings: Callable[..., Settings], region: Region) -> None:
    asked = tool_call("query_audit_log", cluster_id=region.cluster("production"), limit=1)
    with http_site(settings(MCP_TRANSPORT="http")) as url, httpx.Client(base_url=url, trust_env=False) as client:

        def told(role: str) -> str:
            answer = client.post("/mcp", json=asked, headers=region.headers(role), timeout=60)
            return str(answer.json()["result"]["content"][0]["text"])

        assert "audit entries" in told("administrator")
        region.fault("forbidden", action="GetClusterAuditProject")
        assert told("session").startswith("Forbidden: ")
        assert "audit entries" in told("administrator")
