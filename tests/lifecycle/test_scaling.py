"""More and fewer nodes: what is shown, what is done, and that nothing is done twice."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastmcp import Client

from ack_mcp_server.app import build_app
from ack_mcp_server.lifecycle import pool
from ack_mcp_server.services.nodes import Node, NodePage, list_nodes
from ack_mcp_server.settings import Settings
from tests.asking_tool import YES, saying
from tests.conftest import Door, Region, door_to
from tests.kube.writes.writer import plan_of
from tests.lifecycle.operator import Operator, task_of

pytestmark = pytest.mark.slow
SIZE = 3
CHANGES = ("ModifyClusterNodePool", "ScaleClusterNodePool", "RemoveNodePoolNodes")


@pytest.fixture(autouse=True)
async def three_nodes(staging: Operator) -> None:
    """Whatever test this worker ran before."""
    staging.pass_time(300)
    while (there := len(await staging.nodes())) != SIZE:
        asked = staging.done if there > SIZE else staging.ok
        await asked("scale_nodepool", nodepool_id=await staging.pool(), desired_size=SIZE)
        staging.pass_time(600)


def changes(actions: list[str]) -> list[str]:
    return [action for action in actions if action in CHANGES]


async def test_a_pool_of_three_becomes_five_whose_nodes_are_in_kubernetes(staging: Operator) -> None:
    pool, before = await staging.pool(), await staging.nodes()
    told = await staging.ok("scale_nodepool", nodepool_id=pool, desired_size=5)
    assert "3 -> 5 nodes" in told
    assert "created: 2 nodes, ecs.g7.xlarge, PostPaid" in told
    waited = await staging.while_time_passes("wait_for_task", task_id=task_of(told))
    assert "state: success" in waited.text
    after = await staging.nodes()
    assert len(after) == 5 and set(before) < set(after)
    again = await staging.ok("scale_nodepool", nodepool_id=pool, desired_size=5)
    assert "nothing is changed" in again
    more = await staging.ok("scale_nodepool", nodepool_id=pool, count=1)
    assert re.search(r"earlier ones here \(\d+ of nodepool_scaleout\) took", more)
    staging.pass_time(300)


async def test_fewer_nodes_are_shown_with_what_runs_on_them_and_done_with_the_plan(staging: Operator) -> None:
    pool = await staging.pool()
    there = len(await staging.nodes())
    shown = await staging.ok("scale_nodepool", nodepool_id=pool, desired_size=there - 1)
    assert f"{there} -> {there - 1} nodes" in shown
    assert "pods of deployment.apps/frontend (shop)" in shown
    assert "pods of daemon sets and of the nodes themselves go with them" in shown
    assert len(await staging.nodes()) == there
    plan = plan_of(shown)
    with staging.asked() as actions:
        done = await staging.ok("scale_nodepool", nodepool_id=pool, desired_size=there - 1, plan_id=plan)
        replayed = await staging.ok("scale_nodepool", nodepool_id=pool, desired_size=there - 1, plan_id=plan)
    assert changes(actions) == ["ModifyClusterNodePool"]
    assert "frontend" not in done, "what was shown is not told twice"
    assert "nothing is changed: it is so already" in replayed
    await staging.while_time_passes("wait_for_task", task_id=task_of(done))
    assert len(await staging.nodes()) == there - 1


PENDING = """
apiVersion: v1
kind: Pod
metadata: {name: waits-for-a-node, namespace: shop}
spec: {nodeSelector: {no: such}, containers: [{name: app, image: nginx}]}
"""


async def test_pods_that_wait_for_a_node_do_not_go_with_a_machine_that_has_not_joined(
    staging: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def with_a_new_one(*arguments: Any, **more: Any) -> NodePage:
        page = await list_nodes(*arguments, **more)
        new = Node.model_validate({"instance_id": "i-uf6new0000000000000", "state": "initial"})
        return page.model_copy(update={"nodes": (*page.nodes, new)})

    monkeypatch.setattr(pool, "list_nodes", with_a_new_one)
    await staging.ok("ack_kubectl", command="apply", manifest=PENDING)
    size = len(await staging.nodes()) - 1
    shown = await staging.ok("scale_nodepool", nodepool_id=await staging.pool(), desired_size=size)
    assert "node/cn-shanghai" in shown
    assert "node/ " not in shown and "waits-for-a-node" not in shown


async def test_a_plan_is_of_no_use_for_another_number_and_after_a_change(staging: Operator) -> None:
    pool = await staging.pool()
    there = len(await staging.nodes())
    plan = plan_of(await staging.ok("scale_nodepool", nodepool_id=pool, desired_size=there - 1))
    other = await staging.error("scale_nodepool", nodepool_id=pool, desired_size=there - 2, plan_id=plan)
    assert other.startswith("InvalidInput: no plan of this id belongs to this call")
    await staging.ok("scale_nodepool", nodepool_id=pool, desired_size=there + 1)
    changed = await staging.error("scale_nodepool", nodepool_id=pool, desired_size=there - 1, plan_id=plan)
    assert changed.startswith("Conflict: things have changed since the plan was made")
    staging.pass_time(300)


async def test_one_plan_is_done_once_by_four_calls_at_once(staging: Operator) -> None:
    pool = await staging.pool()
    arguments = {"nodepool_id": pool, "desired_size": len(await staging.nodes()) - 1}
    plan = plan_of(await staging.ok("scale_nodepool", **arguments))
    with staging.asked() as actions:
        calls = [staging.call("scale_nodepool", plan_id=plan, **arguments) for _ in range(4)]
        replies = await asyncio.gather(*calls)
    assert changes(actions) == ["ModifyClusterNodePool"]
    assert sum("begun on node pool" in reply.text for reply in replies) == 1
    staging.pass_time(600)


async def test_two_approvals_of_one_change_at_once_begin_it_once(staging: Operator) -> None:
    arguments = {"nodepool_id": await staging.pool(), "desired_size": len(await staging.nodes()) - 1}
    plans = [plan_of(await staging.ok("scale_nodepool", **arguments)) for _ in range(3)]
    with staging.asked() as actions:
        replies = await asyncio.gather(*(staging.call("scale_nodepool", plan_id=p, **arguments) for p in plans))
    assert changes(actions) == ["ModifyClusterNodePool"]
    assert sum("begun on node pool" in reply.text for reply in replies) == 1
    staging.pass_time(600)


async def test_a_call_that_is_repeated_without_an_answer_to_the_first_adds_nothing_more(staging: Operator) -> None:
    pool = await staging.pool()
    staging.region.fault("reset", action="ScaleClusterNodePool")
    with staging.asked() as actions:
        await staging.error("scale_nodepool", nodepool_id=pool, count=1)
        again = await staging.error("scale_nodepool", nodepool_id=pool, count=1)
    assert again.startswith("Conflict: the same change of node pool default-nodepool")
    assert "Next: Look at list_cluster_tasks" in again
    assert changes(actions) == ["ScaleClusterNodePool"]
    staging.region.control("DELETE", "faults")
    staging.pass_time(300)


async def test_a_slip_of_the_number_makes_no_thousands_of_nodes(staging: Operator) -> None:
    with staging.asked() as actions:
        told = await staging.error("scale_nodepool", nodepool_id=await staging.pool(), desired_size=5000)
    assert told.startswith("InvalidInput") and "over 500 at a time" in told
    assert changes(actions) == []


@pytest.mark.parametrize("kind", ["cut_off", "empty", "bad_gateway", "reset"])
async def test_an_answer_that_is_lost_is_told_as_unknown_and_nothing_is_sent_again(
    staging: Operator, kind: str
) -> None:
    staging.region.fault(kind, action="ScaleClusterNodePool")
    with staging.asked() as actions:
        told = await staging.error("scale_nodepool", nodepool_id=await staging.pool(), count=1)
    assert "is not known; it was sent once and is not repeated" in told
    assert "Next: Look at list_cluster_tasks" in told
    assert changes(actions) == ["ScaleClusterNodePool"]
    staging.region.control("DELETE", "faults")
    staging.pass_time(300)


async def test_a_cloud_that_does_not_answer_in_time_is_asked_once(
    own_region: Region, changing: Callable[..., Settings]
) -> None:
    own_region.fault("hang", action="ScaleClusterNodePool")
    async with door_to(changing(API_TIMEOUT=1)) as door:
        operator = Operator(door, own_region)
        pool = await operator.pool()
        with operator.asked() as actions:
            told = await operator.error("scale_nodepool", nodepool_id=pool, count=1)
    own_region.control("DELETE", "faults")
    assert told.startswith("DeadlineExceeded: ScaleClusterNodePool")
    assert "Next: Look at list_cluster_tasks" in told
    assert changes(actions) == ["ScaleClusterNodePool"]


async def test_a_throttled_change_was_not_done_and_says_so(staging: Operator) -> None:
    staging.region.fault("throttling", action="ScaleClusterNodePool")
    with staging.asked() as actions:
        told = await staging.error("scale_nodepool", nodepool_id=await staging.pool(), count=1)
    assert told.startswith("Throttled: ") and "not known" not in told
    assert changes(actions) == ["ScaleClusterNodePool"]


async def test_numbers_that_contradict_are_refused_before_anything_is_asked(staging: Operator) -> None:
    pool = await staging.pool()
    with staging.asked() as actions:
        for wrong in ({}, {"desired_size": 3, "count": 1}, {"desired_size": -2}, {"count": 501}):
            told = await staging.error("scale_nodepool", nodepool_id=pool, **wrong)
            assert told.startswith("InvalidInput")
        assert "is not a node pool id" in await staging.error("scale_nodepool", nodepool_id="../x", count=1)
    assert actions == []


async def test_an_autoscaler_is_named_because_it_may_change_the_number_again(production: Operator) -> None:
    pools = await production.pools()
    told = await production.ok("scale_nodepool", nodepool_id=pools["burst"], desired_size=1)
    assert "! its autoscaler keeps 0-10 nodes" in told


async def test_a_person_is_asked_in_both_eras(own_region: Region, changing: Callable[..., Settings], era: str) -> None:
    seen: list[str] = []
    async with Client(build_app(changing()), mode=era, elicitation_handler=saying(YES, seen)) as client:
        operator = Operator(Door(client), own_region)
        pool, there = await operator.pool(), len(await operator.nodes())
        with operator.asked() as actions:
            told = await operator.ok("scale_nodepool", nodepool_id=pool, desired_size=there - 1)
    assert changes(actions) == ["ModifyClusterNodePool"]
    assert "begun on node pool default-nodepool" in told
    assert len(seen) == 1
    assert seen[0].startswith("scale_nodepool on node pool default-nodepool")
    assert f"{there} -> {there - 1} nodes" in seen[0]
    operator.pass_time(600)


async def test_what_changes_while_a_person_is_asked_is_not_done(
    own_region: Region, changing: Callable[..., Settings]
) -> None:
    async with door_to(changing()) as door:
        other = Operator(door, own_region)
        pool, there = await other.pool(), len(await other.nodes())

        async def person(*_question: Any) -> Any:
            await other.ok("scale_nodepool", nodepool_id=pool, desired_size=there + 1)
            return YES

        async with Client(build_app(changing()), mode="legacy", elicitation_handler=person) as client:
            operator = Operator(Door(client), own_region)
            told = await operator.error("scale_nodepool", nodepool_id=pool, desired_size=there - 1)
    assert told.startswith("Conflict: things have changed while the person was asked")
    other.pass_time(300)


async def test_where_only_people_may_agree_a_client_that_cannot_ask_changes_nothing(
    own_region: Region, changing: Callable[..., Settings]
) -> None:
    async with door_to(changing(REQUIRE_ELICITATION="true")) as door:
        operator = Operator(door, own_region)
        told = await operator.error("scale_nodepool", nodepool_id=await operator.pool(), desired_size=0)
    assert told.startswith("NotEnabled: this server changes things only where a person can be asked")


@pytest.mark.parametrize(
    ("quota", "balance", "words"),
    [("node_quota", None, "Raise the quota"), ("", 0, "Have the account topped up")],
)
async def test_quota_and_money_are_no_matter_of_permissions(
    staging: Operator, quota: str, balance: int | None, words: str
) -> None:
    order = {"quota": quota, "value": 3} if quota else {"balance": balance}
    known = staging.region.control("POST", "account", **order)
    try:
        told = await staging.error("scale_nodepool", nodepool_id=await staging.pool(), count=50)
    finally:
        staging.region.control("POST", "account", balance=5000, quota="node_quota", value=100)
    assert known["account"]
    assert told.startswith("Conflict: ScaleClusterNodePool on node pool default-nodepool")
    assert words in told and "RAM" not in told


async def test_a_key_that_may_not_change_is_told_the_permission(staging: Operator) -> None:
    staging.region.fault("forbidden", action="ScaleClusterNodePool")
    told = await staging.error("scale_nodepool", nodepool_id=await staging.pool(), count=1)
    assert told.startswith("Forbidden: ") and "not known" not in told
    assert "cs:ScaleClusterNodePool" in told


async def test_direct_policy_runs_what_confirm_shows(own_region: Region, changing: Callable[..., Settings]) -> None:
    async with door_to(changing(updates={"write_policy": "direct"})) as door:
        operator = Operator(door, own_region)
        there = len(await operator.nodes())
        told = await operator.ok("scale_nodepool", nodepool_id=await operator.pool(), desired_size=there - 1)
        shown = await operator.ok("delete_cluster")
    assert "begun on node pool" in told
    assert "nothing is changed yet" in shown, "a cluster is never deleted unasked"
    operator.pass_time(600)
