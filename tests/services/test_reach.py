"""The region of a cluster: discovered once per key, remembered for a while, shared by nobody else."""

import asyncio
import base64
from collections.abc import Callable

import httpx

from ack_mcp_server.services.single_flight import SingleFlight
from ack_mcp_server.settings import Settings
from tests.conftest import Region, door_to, http_site, kubeconfig_of, tool_call


def lookups(region: Region, cluster: str) -> int:
    requests = region.control("GET", "requests")["requests"]
    return sum(request["action"] == "DescribeClusterDetail" and cluster in request["path"] for request in requests)


async def test_concurrent_calls_discover_a_region_once(settings: Callable[..., Settings], region: Region) -> None:
    cluster = region.cluster("staging")
    before = lookups(region, cluster)
    async with door_to(settings()) as door:
        await asyncio.gather(*(door.ok("list_cluster_nodes", cluster_id=cluster) for _ in range(12)))
    assert lookups(region, cluster) == before + 1


async def test_a_time_to_live_of_zero_remembers_nothing(settings: Callable[..., Settings], region: Region) -> None:
    cluster = region.cluster("staging")
    before = lookups(region, cluster)
    async with door_to(settings(CACHE_TTL=0)) as door:
        for _ in range(3):
            await door.ok("list_cluster_nodes", cluster_id=cluster)
    assert lookups(region, cluster) == before + 3


async def test_the_cache_keeps_no_more_than_its_size(settings: Callable[..., Settings], region: Region) -> None:
    staging, private = region.cluster("staging"), region.cluster("private")
    before = lookups(region, staging)
    async with door_to(settings(CACHE_MAX_SIZE=1)) as door:
        for cluster in (staging, private, staging):
            await door.ok("list_cluster_nodes", cluster_id=cluster)
    assert lookups(region, staging) == before + 2


async def test_a_failed_lookup_is_not_remembered(settings: Callable[..., Settings], region: Region) -> None:
    cluster = region.cluster("staging")
    async with door_to(settings()) as door:
        region.fault("forbidden", action="DescribeClusterDetail", times=1)
        assert (await door.error("list_cluster_nodes", cluster_id=cluster)).startswith("Forbidden")
        assert (await door.ok("list_cluster_nodes", cluster_id=cluster)).text.startswith("3 nodes")


async def test_a_shared_fetch_goes_on_while_one_caller_waits_and_ends_with_the_last() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    ended = asyncio.Event()
    release = asyncio.Event()

    async def fetch() -> int:
        try:
            await release.wait()
        finally:
            ended.set()
        return 7

    first, second = (asyncio.create_task(flights.run("key", fetch)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert not ended.is_set()
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await asyncio.wait_for(ended.wait(), 1)
    release.set()
    assert await flights.run("key", fetch) == 7


def test_a_call_that_brings_a_kubeconfig_names_its_cluster_for_the_cloud(
    settings: Callable[..., Settings], region: Region
) -> None:
    text = base64.b64encode(kubeconfig_of(region, "staging").encode()).decode()
    allowed = settings().model_copy(update={"allow_kubeconfig_header": True})
    with http_site(allowed) as url:
        headers = {"X-Kubeconfig": text, **region.headers("administrator")}
        answer = httpx.post(url + "/mcp", json=tool_call("list_cluster_nodes"), headers=headers, trust_env=False)
    assert "which cluster of the cloud that is" in answer.json()["result"]["content"][0]["text"]
