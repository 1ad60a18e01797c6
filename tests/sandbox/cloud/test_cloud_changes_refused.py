"""Why a change is refused: another one runs, a quota, the balance, a protection, a wrong argument or a wrong state."""

from typing import Any

import pytest

from ack_sandbox.region import Region
from tests.sandbox.cloud.sdk import Sdk, control, models

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow


def scale(count: int) -> Any:
    return models.ScaleClusterNodePoolRequest(count=count)


async def scaled(region: Region, count: int, pool: int = 0, role: str = "production") -> str:
    """The code of the refusal to scale a pool out."""
    cluster = next(each for each in region.plan.clusters if each.role == role)
    error = await Sdk(region).refusal("scale_cluster_node_pool", cluster.id, cluster.pools[pool].id, scale(count))
    return str(error.code)


async def test_a_pool_that_is_being_upgraded_is_busy(region: Region) -> None:
    assert await scaled(region, 1, pool=1) == "OperationConflict"


async def test_a_pool_is_free_again_when_its_task_is_over(region: Region) -> None:
    await control(region, "POST", "clock", {"advance_s": 600})
    production = region.plan.cluster("production")
    assert (await Sdk(region).call("scale_cluster_node_pool", production.id, production.pools[1].id, scale(1))).task_id


async def test_more_nodes_than_the_quota_allows_are_refused(region: Region) -> None:
    assert await scaled(region, 91) == "QuotaExceeded"


@pytest.mark.parametrize("count", [0, 501])
async def test_a_count_outside_of_one_to_five_hundred_is_refused(region: Region, count: int) -> None:
    assert await scaled(region, count) == "InvalidParameter"


async def test_an_account_without_money_gets_no_instance(region: Region) -> None:
    await control(region, "POST", "account", {"balance": 0})
    assert await scaled(region, 1) == "InvalidAccountStatus.NotEnoughBalance"


async def test_a_quota_that_was_lowered_is_told_and_honoured(region: Region) -> None:
    await control(region, "POST", "account", {"quota": "node_quota", "value": 12})
    assert (await Sdk(region).call("describe_user_quota")).node_quota == 12
    assert await scaled(region, 3) == "QuotaExceeded"


async def test_a_protected_cluster_is_deleted_only_after_the_protection_is_off(region: Region) -> None:
    sdk, cluster = Sdk(region), region.plan.cluster("production").id
    asked = models.DeleteClusterRequest()
    assert (await sdk.refusal("delete_cluster", cluster, asked)).code == "InvalidOperation.DeletionProtection"
    await sdk.call("modify_cluster", cluster, models.ModifyClusterRequest(deletion_protection=False))
    await sdk.call("delete_cluster", cluster, asked)
    assert (await sdk.call("describe_cluster_detail", cluster)).state == "deleting"
    await control(region, "POST", "clock", {"advance_s": 600})
    assert (await sdk.refusal("describe_cluster_detail", cluster)).code == "ErrorClusterNotFound"


async def test_a_client_token_modifies_a_cluster_once(region: Region) -> None:
    sdk, cluster = Sdk(region), region.plan.cluster("staging").id
    request = models.ModifyClusterRequest(cluster_name="renamed", client_token="once")
    tasks = {(await sdk.call("modify_cluster", cluster, request)).task_id for _ in range(3)}
    assert (len(tasks), (await sdk.call("describe_cluster_detail", cluster)).name) == (1, "renamed")


async def test_the_default_pool_and_a_node_of_another_pool_are_refused(region: Region) -> None:
    sdk, staging = Sdk(region), region.plan.cluster("staging")
    pool = staging.pools[0].id
    force = models.DeleteClusterNodepoolRequest(force=True)
    other = models.RemoveNodePoolNodesRequest(instance_ids=["i-none"])
    codes = [
        (await sdk.refusal("delete_cluster_nodepool", staging.id, pool, force)).code,
        (await sdk.refusal("remove_node_pool_nodes", staging.id, pool, other)).code,
    ]
    assert codes == ["OperationDenied.DefaultNodePool", "InvalidParameter"]


async def test_a_task_takes_only_the_orders_of_its_state(region: Region) -> None:
    sdk, staging = Sdk(region), region.plan.cluster("staging")
    task = (await sdk.call("scale_cluster_node_pool", staging.id, staging.pools[0].id, scale(1))).task_id
    seen = [str((await sdk.refusal("resume_task", task)).code)]
    for order, seconds in (
        ("pause_task", 1),
        (None, 10),
        ("resume_task", 1),
        (None, 10),
        ("cancel_task", 1),
        (None, 10),
    ):
        if order:
            await sdk.call(order, task)
        await control(region, "POST", "clock", {"advance_s": seconds})
        seen.append((await sdk.call("describe_task_info", task)).state)
    seen.append(str((await sdk.refusal("pause_task", task)).code))

    states = ["pausing", "paused", "resuming", "running", "cancelling", "canceled"]
    assert seen == ["InvalidTaskState", *states, "InvalidTaskState"]


async def test_a_paused_task_does_nothing_until_it_is_resumed(region: Region) -> None:
    sdk, staging = Sdk(region), region.plan.cluster("staging")
    pool = staging.pools[0].id
    task = (await sdk.call("scale_cluster_node_pool", staging.id, pool, scale(1))).task_id
    await control(region, "POST", "clock", {"advance_s": 20})
    await sdk.call("pause_task", task)
    totals = []
    for order in ("", "resume_task"):
        if order:
            await sdk.call(order, task)
        await control(region, "POST", "clock", {"advance_s": 3600})
        totals.append((await sdk.call("describe_cluster_node_pool_detail", staging.id, pool)).status.healthy_nodes)
    assert totals == [3, 4]
