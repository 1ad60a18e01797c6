"""Two tenants at once: no answer crosses, whatever is cached."""

import asyncio
import random
import sys
from collections.abc import Callable

import httpx
import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, http_site, tool_call

CALLS = 1000
AT_ONCE = 32


@pytest.mark.slow
async def test_a_thousand_interleaved_calls_of_two_tenants_never_cross(
    settings: Callable[..., Settings], region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The client's pool looks for this module at every step, and a search that fails costs it a millisecond each time.
    monkeypatch.setitem(sys.modules, "sniffio", None)
    production, foreign = region.cluster("production"), region.cluster("other-tenant")
    # Who asks for which cluster, and the one word that only the right answer holds.
    cases = [
        ("administrator", "list_clusters", {}, production, foreign),
        ("other-tenant", "list_clusters", {}, foreign, production),
        ("session", "list_cluster_nodes", {"cluster_id": production}, "10 nodes", "NotFound"),
        ("other-tenant", "list_cluster_nodes", {"cluster_id": production}, "NotFound", "10.0.1."),
        ("other-tenant", "list_cluster_nodes", {}, "2 nodes", "10 nodes"),
        ("administrator", "describe_cluster", {"cluster_id": foreign}, "NotFound", "tenant-b-web"),
        ("other-tenant", "describe_cluster", {"cluster_id": foreign}, "tenant-b-web", "NotFound"),
    ]
    order = random.Random(7).choices(cases, k=CALLS)
    gate = asyncio.Semaphore(AT_ONCE)

    with http_site(settings(MCP_TRANSPORT="http")) as url:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:

            async def crossed(case: tuple[str, str, dict[str, str], str, str]) -> str:
                role, tool, arguments, expected, never = case
                async with gate:
                    answer = await client.post(
                        url + "/mcp", json=tool_call(tool, **arguments), headers=region.headers(role)
                    )
                told = answer.json()["result"]["content"][0]["text"]
                return "" if expected in told and never not in told else f"{role} {tool}: {told}"

            wrong = [told for told in await asyncio.gather(*map(crossed, order)) if told]
    assert wrong == []
