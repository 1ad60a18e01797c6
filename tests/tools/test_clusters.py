"""Clusters, through a client of either era, the real SDK and signed HTTP."""

from collections.abc import Callable

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to


async def test_all_clusters_of_the_account_are_listed_in_both_eras(
    settings: Callable[..., Settings], region: Region, era: str
) -> None:
    async with door_to(settings(), era) as door:
        reply = await door.ok("list_clusters")
    assert "3 clusters in all regions" in reply.text
    assert all(region.cluster(role) in reply.text for role in ("production", "staging", "private"))


async def test_a_cluster_without_vswitches_is_listed(door: Door, region: Region) -> None:
    assert region.cluster("staging") in (await door.ok("list_clusters", name="staging")).text


async def test_a_region_narrows_the_list(door: Door, region: Region) -> None:
    reply = await door.ok("list_clusters", region="cn-shanghai")
    assert reply.text.startswith("1 clusters in cn-shanghai\n")
    assert region.cluster("staging") in reply.text


async def test_part_of_a_name_narrows_the_list(door: Door) -> None:
    assert (await door.ok("list_clusters", name="prod")).text.startswith("1 clusters")


async def test_nothing_found_is_an_empty_list_and_no_error(door: Door) -> None:
    assert (
        await door.ok("list_clusters", name="no-such-name")
    ).text == "0 clusters with name=no-such-name in all regions"


async def test_pages_say_the_total_and_the_next_one(door: Door) -> None:
    reply = await door.ok("list_clusters", page_size=2)
    assert reply.text.startswith("2 of 3 clusters in all regions (page 1; next: page_number=2)")


async def test_the_last_page_names_no_next_one(door: Door) -> None:
    reply = await door.ok("list_clusters", page_size=2, page_number=2)
    assert reply.text.startswith("1 of 3 clusters in all regions (page 2)")


async def test_a_cluster_is_described_with_its_endpoints_and_tags(door: Door, region: Region) -> None:
    text = (await door.ok("describe_cluster", cluster_id=region.cluster("production"))).text
    assert "public API server: https://" in text
    assert "tags: ack.aliyun.com=" in text
    assert "deletion protection: yes" in text


async def test_a_cluster_without_a_public_endpoint_says_so(door: Door, region: Region) -> None:
    text = (await door.ok("describe_cluster", cluster_id=region.cluster("private"))).text
    assert "public API server: none (reachable from its VPC only)" in text


async def test_an_id_that_is_left_out_among_several_clusters_names_them(door: Door, region: Region) -> None:
    text = await door.error("describe_cluster")
    assert "cluster_id is needed: there are 3 clusters" in text
    assert f"staging {region.cluster('staging')}" in text


async def test_the_only_visible_cluster_needs_no_id(settings: Callable[..., Settings], region: Region) -> None:
    key = region.key("other-tenant")
    theirs = settings(ACCESS_KEY_ID=key["access_key_id"], ACCESS_KEY_SECRET=key["access_key_secret"])
    async with door_to(theirs) as door:
        assert "tenant-b-web" in (await door.ok("describe_cluster")).text
        assert "2 nodes" in (await door.ok("list_cluster_nodes")).text


async def test_the_default_cluster_is_used_when_none_is_named(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(DEFAULT_CLUSTER_ID=region.cluster("staging"))) as door:
        assert "cluster: staging" in (await door.ok("describe_cluster")).text


async def test_an_explicit_id_wins_over_the_default(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(DEFAULT_CLUSTER_ID=region.cluster("staging"))) as door:
        reply = await door.ok("describe_cluster", cluster_id=region.cluster("production"))
    assert "cluster: production" in reply.text


async def test_an_unknown_id_names_the_tool_that_lists_ids(door: Door) -> None:
    text = await door.error("describe_cluster", cluster_id="c" + "0" * 32)
    assert text.startswith("NotFound: cluster c000")
    assert "Next: list_clusters shows what this key can see." in text


async def test_a_foreign_cluster_looks_like_an_unknown_one(door: Door, region: Region) -> None:
    text = await door.error("describe_cluster", cluster_id=region.cluster("other-tenant"))
    assert text.startswith("NotFound")
