"""Every operation, called by the real SDK: it parses, and nothing in the body contradicts the SDK's model."""

import json
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from ack_sandbox.cloud.cs.operations import OPERATIONS
from ack_sandbox.plan import RegionPlan
from ack_sandbox.region import Region
from tests.sandbox.cloud.model_walk import differences, wire_fields
from tests.sandbox.cloud.sdk import Sdk, models, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow

READS = {name for name, operation in OPERATIONS.items() if operation.method == "GET"}
# Tests of their own hold these, and those that change something, against their models.
NEED_KUBERNETES = {
    "DescribeClusterUserKubeconfig",
    "GetClusterCheck",
    "GetClusterDiagnosisCheckItems",
    "GetClusterDiagnosisResult",
    "GetClusterInspectReportDetail",
    "ListClusterAddonInstanceResources",
    "ListClusterInspectReports",
}
METADATA_QUERY = {"Region": "cn-hangzhou", "ClusterType": "ManagedKubernetes", "QueryUpgradableVersion": "True"}


def paths(plan: RegionPlan, task_id: str) -> dict[str, tuple[str, dict[str, str]]]:
    """One good request for each operation that needs no Kubernetes."""
    production = plan.cluster("production")
    cluster = f"/clusters/{production.id}"
    return {
        "DescribeClustersV1": ("/api/v1/clusters", {"page_size": "50"}),
        "DescribeClustersForRegion": ("/regions/cn-hangzhou/clusters", {}),
        "DescribeClusterDetail": (cluster, {}),
        "DescribeClusterResources": (f"{cluster}/resources", {"with_addon_resources": "True"}),
        "DescribeClusterNodePools": (f"{cluster}/nodepools", {}),
        "DescribeClusterNodePoolDetail": (f"{cluster}/nodepools/{production.pools[1].id}", {}),
        "DescribeClusterNodes": (f"{cluster}/nodes", {}),
        "DescribeClusterTasks": (f"{cluster}/tasks", {"page_size": "50"}),
        "DescribeTaskInfo": (f"/tasks/{task_id}", {}),
        "DescribeClusterEvents": (f"{cluster}/events", {}),
        "ListClusterAddonInstances": (f"{cluster}/addon_instances", {}),
        "GetClusterAddonInstance": (f"{cluster}/addon_instances/coredns", {}),
        "DescribeRegions": ("/regions", {}),
        "DescribeKubernetesVersionMetadata": ("/api/v1/metadata/versions", METADATA_QUERY),
        "DescribeUserQuota": ("/quota", {}),
        "GetUpgradeStatus": (f"/api/v2{cluster}/upgrade/status", {}),
        "DescribeEvents": ("/events", {}),
        "DescribeEventsForRegion": ("/regions/cn-hangzhou/events", {}),
        "ListAddons": ("/addons", {}),
        "DescribeAddon": ("/addons/terway-eniip", {"version": "v1.14.5"}),
        "GetClusterAuditProject": (f"{cluster}/audit", {}),
        "CheckControlPlaneLogEnable": (f"{cluster}/controlplanelog", {}),
        "GetClusterInspectConfig": (f"{cluster}/inspectConfig", {}),
        "ListClusterChecks": (f"{cluster}/checks", {}),
        "DescribeClusterVuls": (f"{cluster}/vuls", {}),
        "DescribeNodePoolVuls": (f"{cluster}/nodepools/{production.pools[0].id}/vuls", {}),
    }


async def newest_task(region: Region) -> str:
    production = region.plan.cluster("production")
    tasks = await Sdk(region).call("describe_cluster_tasks", production.id, models.DescribeClusterTasksRequest())
    return str(tasks.tasks[0].task_id)


def body_model(action: str) -> Any:
    return get_type_hints(getattr(models, f"{action}Response").__init__)["body"]


@pytest.mark.parametrize("action", sorted(READS - NEED_KUBERNETES))
async def test_every_answer_fits_the_model_of_the_real_sdk(region: Region, action: str) -> None:
    path, query = paths(region.plan, await newest_task(region))[action]

    reply = await signed_fetch(region, action, path, query)

    assert reply.status == 200
    assert list(differences(reply.json(), body_model(action))) == []


@pytest.mark.parametrize(
    ("action", "item", "missing"),
    [
        ("DescribeClustersV1", "clusters", set()),
        ("DescribeClustersForRegion", "clusters", set()),
        ("DescribeClusterDetail", None, set()),
        ("DescribeClusterNodes", "nodes", set()),
        ("DescribeClusterTasks", "tasks", set()),
        ("DescribeTaskInfo", None, set()),
        ("DescribeClusterEvents", "events", set()),
        ("GetClusterAddonInstance", None, set()),
        # Only Lingjun pools and the deprecated edge pools have these.
        ("DescribeClusterNodePools", "nodepools", {"eflo_node_group", "interconnect_config"}),
        ("DescribeClusterNodePoolDetail", None, {"eflo_node_group", "interconnect_config"}),
    ],
)
async def test_no_field_that_the_model_knows_is_left_out(
    region: Region, action: str, item: str | None, missing: set[str]
) -> None:
    path, query = paths(region.plan, await newest_task(region))[action]
    body = (await signed_fetch(region, action, path, query)).json()
    model = body_model(action)
    if item is not None:
        body, model = body[item][0], get_args(wire_fields(model)[item])[0]

    assert set(wire_fields(model)) - set(body) == missing


async def test_the_sdk_parses_clusters_of_every_kind(region: Region) -> None:
    body = await Sdk(region).call("describe_clusters_v1", models.DescribeClustersV1Request())

    assert [cluster.name for cluster in body.clusters] == ["production", "staging", "finance-private"]
    assert body.page_info.total_count == 3
    assert body.clusters[0].vswitch_ids and body.clusters[1].vswitch_ids is None


async def test_only_a_public_cluster_names_a_public_endpoint(region: Region) -> None:
    sdk = Sdk(region)
    public = await sdk.call("describe_cluster_detail", region.plan.cluster("production").id)
    private = await sdk.call("describe_cluster_detail", region.plan.cluster("private").id)

    assert set(json.loads(public.master_url)) == {"api_server_endpoint", "intranet_api_server_endpoint"}
    assert set(json.loads(private.master_url)) == {"intranet_api_server_endpoint"}
    assert json.loads(public.meta_data)["KubernetesVersion"] == "1.34.1-aliyun.1"


async def test_a_node_that_is_not_ready_shows_in_its_pool_too(region: Region) -> None:
    sdk, production = Sdk(region), region.plan.cluster("production")
    request = models.DescribeClusterNodesRequest(page_size="100")

    nodes = (await sdk.call("describe_cluster_nodes", production.id, request)).nodes
    pool = await sdk.call("describe_cluster_node_pool_detail", production.id, production.pools[0].id)

    assert [node.node_name for node in nodes if node.node_status == "NotReady"] == [production.pools[0].nodes[-1].name]
    assert (pool.status.total_nodes, pool.status.healthy_nodes, pool.status.offline_nodes) == (8, 7, 1)


async def test_answers_carry_the_secrets_that_real_ones_carry(region: Region) -> None:
    production = region.plan.cluster("production").id
    pools = await signed_fetch(region, "DescribeClusterNodePools", f"/clusters/{production}/nodepools")
    pool = pools.json()["nodepools"][0]

    assert "DO-NOT-LEAK" in pool["scaling_group"]["login_password"]
    assert "DO-NOT-LEAK" in pool["kubernetes_config"]["user_data"]


async def test_one_addon_of_production_has_failed(region: Region) -> None:
    addons = (await Sdk(region).call("list_cluster_addon_instances", region.plan.cluster("production").id)).addons

    assert {addon.name: addon.state for addon in addons if addon.state != "active"} == {
        "nginx-ingress-controller": "failed"
    }


async def test_versions_know_what_they_can_be_upgraded_to(region: Region) -> None:
    request = models.DescribeKubernetesVersionMetadataRequest(
        region="cn-hangzhou",
        cluster_type="ManagedKubernetes",
        kubernetes_version="1.32.7-aliyun.1",
        query_upgradable_version=True,
    )

    versions = await Sdk(region).call("describe_kubernetes_version_metadata", request)

    assert [version.upgradable_versions for version in versions] == [["1.33.3-aliyun.1"]]
    assert get_origin(body_model("DescribeKubernetesVersionMetadata")) is list


async def test_region_names_come_in_the_language_asked_for(region: Region) -> None:
    sdk = Sdk(region)
    english = await sdk.call("describe_regions", models.DescribeRegionsRequest(accept_language="en-US"))
    chinese = await sdk.call("describe_regions", models.DescribeRegionsRequest(accept_language="zh-CN"))

    assert english.regions[0].local_name == "China (Hangzhou)"
    assert chinese.regions[0].local_name == "华东1（杭州）"


async def test_without_a_kubernetes_half_there_is_no_kubeconfig(region: Region) -> None:
    request = models.DescribeClusterUserKubeconfigRequest(temporary_duration_minutes=60)

    error = await Sdk(region).refusal("describe_cluster_user_kubeconfig", region.plan.cluster("production").id, request)

    assert (error.status_code, error.code) == (501, "NotImplemented")


async def test_a_kubernetes_half_issues_the_kubeconfig(region: Region) -> None:
    region.issue_kubeconfigs_with(
        lambda cluster, private, minutes: (f"{cluster.name} {private} {minutes}", region.clock.now())
    )
    request = models.DescribeClusterUserKubeconfigRequest(private_ip_address=True, temporary_duration_minutes=15)

    body = await Sdk(region).call("describe_cluster_user_kubeconfig", region.plan.cluster("production").id, request)

    assert (body.config, body.expiration) == ("production True 15", "2026-03-02T12:00:00Z")
