"""Add-ons, versions and whole clusters that change, in the cloud and in Kubernetes."""

import asyncio
from typing import Any

import pytest

from ack_sandbox.kube.objects import Object, dig, name_of
from tests.sandbox.cloud.living import Living, living
from tests.sandbox.cloud.sdk import models

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.slow]

INGRESS = "nginx-ingress-controller"


def deployments(cluster: Living) -> dict[str, Object]:
    return {name_of(made): made for made in cluster.state.store.objects("apps/deployments", "kube-system")}


async def addon(cluster: Living, name: str) -> str:
    listed = (await cluster.call("list_cluster_addon_instances")).addons
    return next((f"{each.state} {each.version}" for each in listed if each.name == name), "absent")


async def test_an_installed_addon_runs_and_an_uninstalled_one_is_gone() -> None:
    async with living("private") as private:
        body = [models.InstallClusterAddonsRequestBody(name=INGRESS)]
        request = models.InstallClusterAddonsRequest(body=body)
        task = (await private.call("install_cluster_addons", request)).task_id
        assert await private.finished(task) == "success"
        assert await addon(private, INGRESS) == "active v1.12.1-aliyun.1"
        assert dig(deployments(private)[INGRESS], "status", "availableReplicas") == 2
        assert await private.refused("install_cluster_addons", request) == "AddonAlreadyInstalled"

        named = models.UnInstallClusterAddonsRequestAddons(name=INGRESS)
        request = models.UnInstallClusterAddonsRequest(addons=[named])
        task = (await private.call("un_install_cluster_addons", request)).task_id
        assert await private.finished(task) == "success"
        assert (await addon(private, INGRESS), INGRESS in deployments(private)) == ("absent", False)


async def test_an_upgraded_addon_runs_its_new_image() -> None:
    async with living("staging") as staging:
        body = [models.UpgradeClusterAddonsRequestBody(component_name=INGRESS, next_version="v1.12.1-aliyun.1")]
        request = models.UpgradeClusterAddonsRequest(body=body)
        task = (await staging.call("upgrade_cluster_addons", request)).task_id
        assert await addon(staging, INGRESS) == "upgrading v1.11.5-aliyun.1"
        assert await staging.finished(task) == "success"
        assert await addon(staging, INGRESS) == "active v1.12.1-aliyun.1"
        made = deployments(staging)[INGRESS]
        image = made["spec"]["template"]["spec"]["containers"][0]["image"]
        assert (image.rpartition(":")[2], made["status"]["availableReplicas"]) == ("v1.12.1-aliyun.1", 2)


async def test_the_failed_addon_of_production_shows_in_kubernetes_and_goes_back_to_its_old_version() -> None:
    async with living("production") as production:
        assert (await addon(production, INGRESS)).startswith("failed")
        assert dig(deployments(production)[INGRESS], "status", "unavailableReplicas") == 1
        seen = []
        for version in ("v1.12.1-aliyun.1", "v1.11.5-aliyun.1"):
            body = [models.UpgradeClusterAddonsRequestBody(component_name=INGRESS, next_version=version)]
            request = models.UpgradeClusterAddonsRequest(body=body)
            task = (await production.call("upgrade_cluster_addons", request)).task_id
            seen.append((await production.finished(task), await addon(production, INGRESS)))
        assert seen == [("fail", "failed v1.11.5-aliyun.1"), ("success", "active v1.11.5-aliyun.1")]


async def test_a_configured_addon_has_its_new_settings_when_the_task_is_over() -> None:
    async with living("staging") as staging:
        request = models.ModifyClusterAddonRequest(config='{"IngressSlbSpec":"slb.s3.large"}')
        await staging.call("modify_cluster_addon", INGRESS, request)
        before = (await staging.call("get_cluster_addon_instance", INGRESS)).config
        await staging.pass_time(60)
        after = (await staging.call("get_cluster_addon_instance", INGRESS)).config
        assert ("slb.s3.large" in before, "slb.s3.large" in after) == (False, True)


async def test_an_upgrade_moves_the_control_plane_first_and_the_kubelets_with_their_pool() -> None:
    async with living("staging") as staging:
        task = (await staging.call("upgrade_cluster", models.UpgradeClusterRequest())).task_id
        assert (await staging.call("get_upgrade_status")).status == "running"
        assert await staging.finished(task) == "success"
        assert (await staging.call("describe_cluster_detail")).current_version == "1.34.1-aliyun.1"
        assert kubelets(staging) == {"v1.33.3-aliyun.1"}

        request = models.UpgradeClusterNodepoolRequest(kubernetes_version="1.34.1-aliyun.1")
        task = (await staging.call("upgrade_cluster_nodepool", staging.pool, request)).task_id
        assert await staging.finished(task) == "success"
        assert (kubelets(staging), len(staging.ready())) == ({"v1.34.1-aliyun.1"}, 3)


async def test_an_upgrade_skips_nodes_that_have_the_version_unless_their_image_changes() -> None:
    async with living("staging") as staging:
        await staging.finished((await staging.call("upgrade_cluster", models.UpgradeClusterRequest())).task_id)
        first = staging.plan.nodes[0].name
        asked: list[dict[str, Any]] = [{"node_names": [first]}, {}, {"image_id": "any.vhd"}]
        restarted = []
        for fields in asked:
            before = uids_on(staging, first)
            request = models.UpgradeClusterNodepoolRequest(kubernetes_version="1.34.1-aliyun.1", **fields)
            task = (await staging.call("upgrade_cluster_nodepool", staging.pool, request)).task_id
            assert await staging.finished(task) == "success"
            restarted.append(before.isdisjoint(uids_on(staging, first)))
        assert (restarted, kubelets(staging)) == ([True, False, True], {"v1.34.1-aliyun.1"})


def uids_on(cluster: Living, node: str) -> set[str]:
    return {str(dig(pod, "metadata", "uid")) for pod in cluster.pods_on(node)}


def kubelets(cluster: Living) -> set[str]:
    return {node["status"]["nodeInfo"]["kubeletVersion"] for node in cluster.kubernetes_nodes().values()}


async def test_the_upgrade_of_a_cluster_with_a_lost_node_stops_at_its_precheck() -> None:
    async with living("production") as production:
        await production.pass_time(600)  # until the upgrade of its pool is over
        error = await production.sdk.refusal("upgrade_cluster", production.id, models.UpgradeClusterRequest())
        lost = next(node.name for node in production.plan.nodes if not node.ready)
        assert error.code == "UpgradePreCheckFailed"
        assert lost in error.message


async def test_a_created_cluster_serves_kubernetes_and_is_deleted_again() -> None:
    async with living("staging") as staging:
        request = models.CreateClusterRequest(
            name="fresh",
            region_id="cn-hangzhou",
            cluster_type="ManagedKubernetes",
            vswitch_ids=["vsw-1"],
            num_of_nodes=2,
            client_token="once",
        )
        made = [await staging.sdk.call("create_cluster", request) for _ in range(2)]
        assert made[0].cluster_id == made[1].cluster_id
        config = models.DescribeClusterUserKubeconfigRequest()
        error = await staging.sdk.refusal("describe_cluster_user_kubeconfig", made[0].cluster_id, config)
        assert error.code == "ErrorClusterState"

        assert await staging.finished(made[0].task_id) == "success"
        await errands(made[0].cluster_id)
        fresh = Living(staging.region, staging.region.cloud.store.clusters(staging.plan.account)[-1].plan, staging.sdk)
        assert len(fresh.ready()) == (await fresh.call("describe_cluster_detail")).size == 2
        assert "server: https://" in (await fresh.call("describe_cluster_user_kubeconfig", config)).config

        task = (await fresh.call("delete_cluster", models.DeleteClusterRequest())).task_id
        assert await staging.finished(task) == "success"
        assert await fresh.refused("describe_cluster_detail") == "ErrorClusterNotFound"


async def errands(cluster: str) -> None:
    """Until the API server that was begun to be started is there."""
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == f"serve {cluster}"))
