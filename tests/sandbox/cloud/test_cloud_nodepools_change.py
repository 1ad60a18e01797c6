"""Node pools that change: what the cloud says and what Kubernetes has agree at every moment."""

import pytest

from ack_sandbox.kube.objects import Object, dig, labels_of
from ack_sandbox.region import Region
from tests.sandbox.cloud.living import Living, living
from tests.sandbox.cloud.sdk import Sdk, control, models

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.slow]


def scale(count: int) -> object:
    return models.ScaleClusterNodePoolRequest(count=count)


async def assert_agrees(cluster: Living) -> None:
    """Each node that has joined is in both halves, ready in both or in none; the pool counts them."""
    nodes, there, ready = await cluster.nodes(), cluster.kubernetes_nodes(), cluster.ready()
    assert {node.node_name for node in nodes if node.state != "initial"} == set(there)
    assert {node.node_name for node in nodes if node.node_status == "Ready"} == ready
    status = (await cluster.pool_detail()).status
    assert status.total_nodes == len(nodes)
    assert status.initial_nodes == sum(node.state == "initial" for node in nodes)
    assert status.removing_nodes == sum(node.state == "removing" for node in nodes)
    assert (await cluster.call("describe_cluster_detail")).size == len(nodes)


async def test_a_pool_scaled_from_three_to_five_gets_two_nodes_that_pods_run_on() -> None:
    async with living("staging") as staging:
        before = staging.ready()
        task = (await staging.call("scale_cluster_node_pool", staging.pool, scale(2))).task_id
        seen = []
        for _ in range(9):
            await assert_agrees(staging)
            seen.append((len(staging.kubernetes_nodes()), len(staging.ready())))
            await staging.pass_time(10)

        assert list(dict.fromkeys(seen)) == [(3, 3), (5, 3), (5, 5)]
        assert await staging.finished(task) == "success"
        assert (await staging.pool_detail()).scaling_group.desired_size == 5
        for node in staging.ready() - before:
            assert {dig(pod, "status", "phase") for pod in staging.pods_on(node)} == {"Running"}


async def test_removed_nodes_are_drained_and_their_pods_run_elsewhere() -> None:
    async with living("staging") as staging:
        gone, pods = staging.plan.nodes[0], len(list(staging.state.store.objects("/pods")))
        daemons = sum(1 for pod in staging.pods_on(gone.name) if owner(pod) == "DaemonSet")
        request = models.RemoveNodePoolNodesRequest(instance_ids=[gone.instance_id], drain_node=True, release_node=True)
        task = (await staging.call("remove_node_pool_nodes", staging.pool, request)).task_id
        await staging.pass_time(60)
        await assert_agrees(staging)
        assert staging.kubernetes_nodes()[gone.name]["spec"]["unschedulable"] is True

        assert await staging.finished(task) == "success"
        await staging.pass_time(60)
        await assert_agrees(staging)
        assert gone.name not in staging.kubernetes_nodes()
        assert len(list(staging.state.store.objects("/pods"))) == pods - daemons


def owner(pod: Object) -> str:
    return str(dig(pod, "metadata", "ownerReferences", 0, "kind"))


async def test_a_drain_that_a_budget_forbids_fails_and_leaves_the_node() -> None:
    async with living("staging") as staging:
        node = staging.plan.nodes[0]
        state = staging.state
        pod = next(pod for pod in staging.pods_on(node.name) if owner(pod) == "ReplicaSet")
        budget = {
            "kind": "PodDisruptionBudget",
            "apiVersion": "policy/v1",
            "metadata": {"name": "all", "namespace": pod["metadata"]["namespace"], "uid": "1"},
            "spec": {"minAvailable": "100%", "selector": {"matchLabels": {"app": labels_of(pod)["app"]}}},
        }
        state.store.put("policy/poddisruptionbudgets", budget, state.clock.now())
        await staging.pass_time(5)
        request = models.RemoveNodePoolNodesRequest(instance_ids=[node.instance_id], drain_node=True)
        task = (await staging.call("remove_node_pool_nodes", staging.pool, request)).task_id

        assert await staging.finished(task) == "fail"
        assert pod["metadata"]["name"] in (await staging.task(task)).error.message
        assert node.name in staging.ready()
        await assert_agrees(staging)


async def test_a_desired_size_is_absolute_in_both_directions() -> None:
    async with living("staging") as staging:
        for size in (4, 2):
            group = models.ModifyClusterNodePoolRequestScalingGroup(desired_size=size)
            request = models.ModifyClusterNodePoolRequest(scaling_group=group)
            task = (await staging.call("modify_cluster_node_pool", staging.pool, request)).task_id
            assert await staging.finished(task) == "success"
            await assert_agrees(staging)
            assert len(staging.ready()) == size


async def test_labels_and_taints_of_a_pool_reach_its_nodes_and_leave_them_again() -> None:
    async with living("staging") as staging:
        name = staging.plan.nodes[1].name
        tag, taint = models.Tag(key="tier", value="web"), models.Taint(key="only", value="web", effect="NoSchedule")
        seen = []
        for labels, taints in (([tag], [taint]), ([], [])):
            config = models.ModifyClusterNodePoolRequestKubernetesConfig(labels=labels, taints=taints)
            request = models.ModifyClusterNodePoolRequest(kubernetes_config=config)
            task = (await staging.call("modify_cluster_node_pool", staging.pool, request)).task_id
            assert await staging.finished(task) == "success"
            node = staging.kubernetes_nodes()[name]
            seen.append(
                (labels_of(node).get("tier"), [each["key"] for each in dig(node, "spec", "taints", default=[])])
            )

        assert seen == [("web", ["only"]), (None, [])]


async def test_a_created_pool_gets_its_nodes_and_is_deleted_with_force_only() -> None:
    async with living("staging") as staging:
        group = models.CreateClusterNodePoolRequestScalingGroup(instance_types=["ecs.g7.2xlarge"], desired_size=1)
        info = models.CreateClusterNodePoolRequestNodepoolInfo(name="batch")
        request = models.CreateClusterNodePoolRequest(nodepool_info=info, scaling_group=group)
        made = await staging.call("create_cluster_node_pool", request)
        assert await staging.finished(made.task_id) == "success"
        await staging.pass_time(90)
        assert (await staging.pool_detail(made.nodepool_id)).status.healthy_nodes == 1

        keep, force = models.DeleteClusterNodepoolRequest(), models.DeleteClusterNodepoolRequest(force=True)
        assert await staging.refused("delete_cluster_nodepool", made.nodepool_id, keep) == "NodePoolNotEmpty"
        task = (await staging.call("delete_cluster_nodepool", made.nodepool_id, force)).task_id
        assert await staging.finished(task) == "success"
        code = await staging.refused("describe_cluster_node_pool_detail", made.nodepool_id)
        assert (code, len(staging.kubernetes_nodes())) == ("ErrorNodePoolNotFound", 3)


async def test_a_lost_node_comes_back_when_its_pool_is_repaired() -> None:
    async with living("production") as production:
        lost = next(node.name for node in production.plan.nodes if not node.ready)
        assert lost not in production.ready()
        request = models.RepairClusterNodePoolRequest()
        task = (await production.call("repair_cluster_node_pool", production.pool, request)).task_id

        assert await production.finished(task) == "success"
        assert lost in production.ready()


async def test_a_cancelled_scale_out_leaves_no_machine_half_way(region: Region) -> None:
    sdk, staging = Sdk(region), region.plan.cluster("staging")
    pool = staging.pools[0].id
    task = (await sdk.call("scale_cluster_node_pool", staging.id, pool, scale(2))).task_id
    await control(region, "POST", "clock", {"advance_s": 40})
    before = (await sdk.call("describe_cluster_node_pool_detail", staging.id, pool)).status
    await sdk.call("cancel_task", task)
    await control(region, "POST", "clock", {"advance_s": 300})
    after = await sdk.call("describe_cluster_node_pool_detail", staging.id, pool)

    assert (before.initial_nodes, after.status.total_nodes, after.scaling_group.desired_size) == (2, 3, 3)
    assert (await sdk.call("describe_task_info", task)).state == "canceled"
