"""Nodes that get another version: which ones, to which versions, and what is left alone."""

import pytest

from tests.kube.writes.writer import plan_of
from tests.lifecycle.operator import Operator, task_of

pytestmark = pytest.mark.slow
NEXT = "1.34.1-aliyun.1"
IMAGE = '{"image_id": "aliyun_3_x64_20G_alibase_20250117.vhd"}'


async def finished(operator: Operator, tool: str, **arguments: object) -> None:
    shown = (await operator.while_time_passes(tool, **arguments)).text
    told = await operator.while_time_passes(tool, plan_id=plan_of(shown), **arguments)
    assert "state: success" in (await operator.while_time_passes("wait_for_task", task_id=task_of(told.text))).text


async def ahead(operator: Operator) -> None:
    """The control plane, of its nodes."""
    if f"version: {NEXT}" not in await operator.ok("describe_cluster"):
        await finished(operator, "upgrade_cluster")


async def versions(operator: Operator) -> dict[str, str]:
    nodes = await operator.nodes()
    return {name: node["status"]["nodeInfo"]["kubeletVersion"] for name, node in nodes.items()}


async def made(operator: Operator, name: str) -> str:
    """A new pool, whose node has the control plane's version."""
    await operator.ok("create_nodepool", name=name, instance_types=["ecs.g7.xlarge"], desired_size=1)
    operator.pass_time(600)
    return await operator.pool(name)


async def test_a_failed_precheck_of_a_pool_is_told_by_its_items(staging: Operator) -> None:
    await ahead(staging)
    staging.region.control("POST", "examinations", cluster=staging.cluster, next="check", fate="fail")
    with staging.asked() as actions:
        reply = await staging.while_time_passes("upgrade_nodepool", nodepool_id=await staging.pool())
    assert reply.is_error
    assert reply.text.startswith("Conflict: the precheck NodePoolUpgrade")
    assert "UpgradeClusterNodepool" not in actions


async def test_nodes_that_have_the_version_are_not_counted_and_left_alone(staging: Operator) -> None:
    await ahead(staging)
    pool, (first, *others) = await staging.pool(), sorted(await staging.nodes())
    await finished(staging, "upgrade_nodepool", nodepool_id=pool, node_names=[first])
    shown = await staging.ok("upgrade_nodepool", nodepool_id=pool)
    assert f"{len(others)} of {len(others) + 1} nodes to {NEXT}, 1 at a time" in shown
    assert "  at it already, and left alone: 1 node" in shown
    assert "of the nodes themselves restart with them" in shown
    assert f"node/{others[0]}" in shown and first not in shown
    await finished(staging, "upgrade_nodepool", nodepool_id=pool)
    assert set((await versions(staging)).values()) == {f"v{NEXT}"}


async def test_nodes_that_all_have_the_version_are_not_drained_again(staging: Operator) -> None:
    await ahead(staging)
    pool = await made(staging, "young")
    with staging.asked() as actions:
        told = await staging.ok("upgrade_nodepool", nodepool_id=pool)
    assert "nothing is changed: it is so already" in told
    assert f"node pool young ({pool}): all of these nodes (1) are at {NEXT}" in told
    assert not {"UpgradeClusterNodepool", "RunClusterCheck"} & set(actions)


async def test_another_image_is_for_nodes_that_have_the_version_too(staging: Operator) -> None:
    await ahead(staging)
    arguments = {"nodepool_id": await made(staging, "imaged"), "extension": IMAGE}
    shown = (await staging.while_time_passes("upgrade_nodepool", **arguments)).text
    assert f"1 of 1 nodes to {NEXT}" in shown and "left alone" not in shown
    replaced = '{"image_id": "any.vhd", "use_replace": true}'
    told = await staging.ok("upgrade_nodepool", **{**arguments, "extension": replaced})
    assert "! use_replace replaces the system disk of each node" in told


async def test_where_the_versions_of_nodes_are_not_known_all_are_counted(staging: Operator) -> None:
    await ahead(staging)
    pool = await made(staging, "unseen")
    staging.region.order("staging", "status", path="/api/v1/nodes", code=503, times=20)
    shown = (await staging.while_time_passes("upgrade_nodepool", nodepool_id=pool)).text
    staging.region.order("staging", "clear")
    assert f"1 of 1 nodes to {NEXT}" in shown


@pytest.mark.parametrize("version", ["1.35.0-aliyun.1", "1.34.2-aliyun.1", "2.0.0"])
async def test_a_version_after_the_control_planes_is_refused_before_a_precheck(staging: Operator, version: str) -> None:
    await ahead(staging)
    with staging.asked() as actions:
        told = await staging.error("upgrade_nodepool", nodepool_id=await staging.pool(), kubernetes_version=version)
    assert told.startswith(f"InvalidInput: {version} is later than the control plane, which is at {NEXT}")
    assert "RunClusterCheck" not in actions
