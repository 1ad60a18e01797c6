"""Filters and paging: what each operation lets a caller narrow down, and what it says to nonsense."""

import pytest

from ack_sandbox.region import Region
from tests.sandbox.cloud.sdk import Sdk, models, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"name": "tag"}, ["staging"]),
        ({"cluster_spec": "ack.pro.small"}, ["production", "finance-private"]),
        ({"region_id": "cn-beijing"}, ["finance-private"]),
        ({"cluster_type": "ExternalKubernetes"}, []),
        ({"cluster_type": "ManagedKubernetes", "profile": "Default", "name": "prod"}, ["production"]),
        ({"name": "PRODUCTION"}, []),
    ],
)
async def test_clusters_are_found_by_their_facts(region: Region, wanted: dict[str, str], names: list[str]) -> None:
    body = await Sdk(region).call("describe_clusters_v1", models.DescribeClustersV1Request(**wanted))

    assert [cluster.name for cluster in body.clusters] == names
    assert body.page_info.total_count == len(names)


async def test_a_region_lists_only_its_own_clusters(region: Region) -> None:
    body = await Sdk(region).call(
        "describe_clusters_for_region", "cn-shanghai", models.DescribeClustersForRegionRequest()
    )

    assert [cluster.name for cluster in body.clusters] == ["staging"]


async def test_pages_of_clusters_add_up_to_the_whole(region: Region) -> None:
    sdk = Sdk(region)
    pages = [
        await sdk.call("describe_clusters_v1", models.DescribeClustersV1Request(page_number=number, page_size=2))
        for number in (1, 2, 3)
    ]

    assert [[cluster.name for cluster in page.clusters] for page in pages] == [
        ["production", "staging"],
        ["finance-private"],
        [],
    ]
    assert {page.page_info.total_count for page in pages} == {3}


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "٣", "99999999999"])
async def test_a_page_that_cannot_be_is_refused(region: Region, number: str) -> None:
    reply = await signed_fetch(region, "DescribeClustersV1", "/api/v1/clusters", {"page_number": number})

    assert (reply.status, reply.json()["code"]) == (400, "InvalidParameter")


async def test_a_page_of_nodes_holds_at_most_a_hundred(region: Region) -> None:
    path = f"/clusters/{region.plan.cluster('production').id}/nodes"

    assert (await signed_fetch(region, "DescribeClusterNodes", path, {"pageSize": "100"})).status == 200
    assert (await signed_fetch(region, "DescribeClusterNodes", path, {"pageSize": "101"})).status == 400


async def test_nodes_are_found_by_pool_id_name_address_and_label(region: Region) -> None:
    production = region.plan.cluster("production")
    burst, first = production.pools[1], production.nodes[0]
    filters = [
        ({"nodepool_id": burst.id}, [node.name for node in burst.nodes]),
        ({"instance_ids": f"{first.instance_id}, i-unknown"}, [first.name]),
        ({"node_names": first.name}, [first.name]),
        ({"node_ips": first.ip}, [first.name]),
        ({"node_labels": f"alibabacloud.com/nodepool-id={burst.id}"}, [node.name for node in burst.nodes]),
        ({"state": "failed"}, []),
    ]
    for wanted, names in filters:
        request = models.DescribeClusterNodesRequest(page_size="100", **wanted)
        body = await Sdk(region).call("describe_cluster_nodes", production.id, request)

        assert [node.node_name for node in body.nodes] == names, wanted
        assert body.page.total_count == len(names)


@pytest.mark.parametrize("query", [{"state": "asleep"}, {"nodeLabels": "no-equals-sign"}])
async def test_a_node_filter_that_means_nothing_is_refused(region: Region, query: dict[str, str]) -> None:
    path = f"/clusters/{region.plan.cluster('production').id}/nodes"

    assert (await signed_fetch(region, "DescribeClusterNodes", path, query)).status == 400


async def test_a_pool_is_found_by_its_whole_name(region: Region) -> None:
    production = region.plan.cluster("production").id
    for wanted, names in (("burst", ["burst"]), ("bur", [])):
        request = models.DescribeClusterNodePoolsRequest(nodepool_name=wanted)
        body = await Sdk(region).call("describe_cluster_node_pools", production, request)

        assert [pool.nodepool_info.name for pool in body.nodepools] == names


async def test_tasks_are_filtered_as_older_clients_ask(region: Region) -> None:
    production = region.plan.cluster("production")
    path = f"/clusters/{production.id}/tasks"
    query = {"state": "fail", "type": "nodepool_scaleout", "target_id": production.pools[1].id}

    tasks = (await signed_fetch(region, "DescribeClusterTasks", path, query)).json()["tasks"]

    assert [task["error"]["code"] for task in tasks] == ["OperationDenied.NoStock"]


async def test_tokens_lead_through_all_tasks_once(region: Region) -> None:
    sdk, production = Sdk(region), region.plan.cluster("production").id
    everything = await sdk.call("describe_cluster_tasks", production, models.DescribeClusterTasksRequest(page_size=100))
    seen, token = [], None
    while token != "":
        request = models.DescribeClusterTasksRequest(max_results=5, next_token=token)
        body = await sdk.call("describe_cluster_tasks", production, request)
        seen += [task.task_id for task in body.tasks]
        token = body.next_token

    assert seen == [task.task_id for task in everything.tasks]
    assert len(seen) > 10


@pytest.mark.parametrize("token", ["x", "////", "b2Zmc2V0Oi0x"])
async def test_a_token_that_the_api_never_gave_is_refused(region: Region, token: str) -> None:
    path = f"/clusters/{region.plan.cluster('production').id}/events"

    reply = await signed_fetch(region, "DescribeClusterEvents", path, {"next_token": token})

    assert (reply.status, reply.json()["code"]) == (400, "InvalidParameter")


@pytest.mark.parametrize("query", [{"TemporaryDurationMinutes": "14"}, {"PrivateIpAddress": "maybe"}])
async def test_a_kubeconfig_of_impossible_terms_is_refused(region: Region, query: dict[str, str]) -> None:
    path = f"/k8s/{region.plan.cluster('production').id}/user_config"

    assert (await signed_fetch(region, "DescribeClusterUserKubeconfig", path, query)).status == 400
