"""Node pools that are made, changed, emptied, upgraded and deleted."""

import json
import re

import pytest

from tests.conftest import CANARY
from tests.lifecycle.operator import Operator, task_of

pytestmark = pytest.mark.slow
MARKS = {
    "kubernetes_config": {
        "labels": [{"key": "team", "value": "blue"}],
        "taints": [{"key": "only", "value": "jobs", "effect": "NoSchedule"}],
    }
}


async def made(staging: Operator, name: str, size: int = 1) -> str:
    """A new pool with its nodes."""
    told = await staging.ok(
        "create_nodepool",
        name=name,
        instance_types=["ecs.g7.xlarge"],
        desired_size=size,
        extension=json.dumps(MARKS),
    )
    staging.pass_time(600)
    assert f"a new node pool {name}" in told
    return await staging.pool(name)


async def test_a_new_pool_has_the_settings_that_were_said_and_the_default_pools_network(staging: Operator) -> None:
    pool = await made(staging, "blue")
    nodes = [node for node in (await staging.nodes()).values() if node["metadata"]["labels"].get("team") == "blue"]
    assert len(nodes) == 1
    assert [taint["key"] for taint in nodes[0]["spec"]["taints"]] == ["only"]
    again = await staging.error("create_nodepool", name="blue", instance_types=["ecs.g7.xlarge"])
    assert again.startswith("Conflict: there is a node pool blue")
    assert pool


async def test_labels_that_change_leave_taints_alone_of_which_nobody_spoke(staging: Operator) -> None:
    """The SDK's own request would send an empty list of them."""
    pool = await made(staging, "kept")
    extension = json.dumps({"kubernetes_config": {"labels": [{"key": "team", "value": "green"}]}})
    shown = await staging.ok("modify_nodepool", nodepool_id=pool, extension=extension)
    assert '"value": "blue"' in shown and '"value": "green"' in shown
    assert "! nodes that are there (1) get it too" in shown
    assert "taints" not in shown and CANARY not in shown
    await staging.done("modify_nodepool", nodepool_id=pool, extension=extension)
    staging.pass_time(300)
    nodes = [node for node in (await staging.nodes()).values() if node["metadata"]["labels"].get("team") == "green"]
    assert [taint["key"] for taint in nodes[0]["spec"]["taints"]] == ["only"]


async def test_settings_that_are_so_already_change_nothing(staging: Operator) -> None:
    pool = await staging.pool()
    with staging.asked() as actions:
        told = await staging.ok("modify_nodepool", nodepool_id=pool, name="default-nodepool")
    assert "nothing is changed: it is so already" in told
    assert "ModifyClusterNodePool" not in actions
    assert "Use scale_nodepool" in await staging.error(
        "modify_nodepool", nodepool_id=pool, extension='{"scaling_group": {"desired_size": 9}}'
    )


async def test_autoscaling_is_shown_and_turned_on(staging: Operator) -> None:
    pool = await made(staging, "elastic", 0)
    shown = await staging.ok("modify_nodepool", nodepool_id=pool, autoscaling="on", min_size=0, max_size=4)
    assert "auto_scaling.enable: false -> true" in shown
    assert "auto_scaling.max_instances: " in shown and "-> 4" in shown
    await staging.done("modify_nodepool", nodepool_id=pool, autoscaling="on", min_size=0, max_size=4)
    staging.pass_time(300)
    assert "0-4" in await staging.ok("list_cluster_nodepools", nodepool_id=pool)


async def test_autoscaling_is_not_turned_on_without_a_bound_and_says_the_size(staging: Operator) -> None:
    pool = await staging.pool()
    with staging.asked() as actions:
        told = await staging.error("modify_nodepool", nodepool_id=pool, autoscaling="on")
        low = await staging.error("modify_nodepool", nodepool_id=pool, autoscaling="on", min_size=3)
    assert told.startswith("InvalidInput: autoscaling needs max_size: none is set on node pool default-nodepool")
    assert re.search(r"which has \d+ nodes", told) and "Say max_size" in told
    assert "needs max_size" in low
    assert "ModifyClusterNodePool" not in actions


async def test_a_plan_shows_bounds_beside_the_size_and_warns_where_it_is_outside(staging: Operator) -> None:
    pool = await made(staging, "bounded", 2)
    inside = await staging.ok("modify_nodepool", nodepool_id=pool, autoscaling="on", max_size=4)
    over = await staging.ok("modify_nodepool", nodepool_id=pool, autoscaling="on", max_size=1)
    under = await staging.ok("modify_nodepool", nodepool_id=pool, autoscaling="on", min_size=3, max_size=4)
    assert "the autoscaler keeps 0 to 4 nodes; 2 are there now" in inside and "outside" not in inside
    assert "! 2 nodes are outside of 0-1: nodes may be taken away, with the pods on them" in over
    assert "! 2 nodes are outside of 3-4: nodes may be added" in under
    begun = await staging.done("modify_nodepool", nodepool_id=pool, autoscaling="on", max_size=4)
    assert "auto_scaling.enable: false -> true" in begun
    staging.pass_time(300)
    crossed = await staging.error("modify_nodepool", nodepool_id=pool, min_size=5)
    assert crossed.startswith("InvalidInput: min_size 5 is over max_size 4 of node pool bounded")


async def test_nodes_that_go_are_shown_with_pods_claims_and_budgets(production: Operator) -> None:
    pool = await production.pool()
    node = next(iter(await production.nodes()))
    shown = await production.ok("remove_nodepool_nodes", nodepool_id=pool, node_names=[node], drain=False)
    assert "1 of 8 nodes are taken out; the instances stay, and are charged; not drained" in shown
    assert f"node/{node} and the pods on it" in shown
    assert " pods of deployment.apps/" in shown
    unknown = await production.error("remove_nodepool_nodes", nodepool_id=pool, node_names=["nowhere"])
    assert unknown.startswith("NotFound: node pool default-nodepool")


async def test_nodes_are_removed_and_released(staging: Operator) -> None:
    pool = await made(staging, "short", 2)
    there = await staging.nodes()
    mine = [name for name, node in there.items() if node["metadata"]["labels"].get("team") == "blue"][-1:]
    other = await staging.error("remove_nodepool_nodes", nodepool_id=await staging.pool(), node_names=mine)
    assert other.startswith("NotFound")
    told = await staging.done("remove_nodepool_nodes", nodepool_id=pool, node_names=mine, release=True)
    waited = await staging.while_time_passes("wait_for_task", task_id=task_of(told))
    assert "state: success" in waited.text
    assert set(there) - set(await staging.nodes()) == set(mine)


async def test_a_pool_with_nodes_and_the_default_one_are_not_deleted_by_mistake(staging: Operator) -> None:
    pool = await made(staging, "full")
    assert "is the default one" in await staging.error("delete_nodepool", nodepool_id=await staging.pool(), force=True)
    told = await staging.error("delete_nodepool", nodepool_id=pool)
    assert told.startswith("Conflict: node pool full") and "has 1 node" in told
    await staging.done("delete_nodepool", nodepool_id=pool, force=True)
    staging.pass_time(600)
    assert "full" not in await staging.pools()


@pytest.mark.parametrize(
    ("tool", "arguments", "extension"),
    [
        ("upgrade_nodepool", {}, '{"node_names": ["cn-shanghai.10.0.1.10"]}'),
        ("create_nodepool", {"name": "more", "instance_types": ["ecs.g7.xlarge"]}, '{"count": 7}'),
    ],
)
async def test_nodes_that_the_plan_would_not_count_are_not_said_by_extension(
    staging: Operator, tool: str, arguments: dict[str, object], extension: str
) -> None:
    where = {} if tool.startswith("create") else {"nodepool_id": await staging.pool()}
    with staging.asked() as actions:
        told = await staging.error(tool, extension=extension, **where, **arguments)
    assert "is not said in extension" in told
    assert not {"UpgradeClusterNodepool", "CreateClusterNodePool", "RunClusterCheck"} & set(actions)


async def test_vulnerabilities_are_listed_and_fixed(staging: Operator) -> None:
    pool = await staging.pool()
    listed = await staging.ok("list_cluster_vulnerabilities", nodepool_id=pool)
    assert "alinux3:curl:2024-2398" in listed
    shown = await staging.ok(
        "fix_nodepool_vulnerabilities", nodepool_id=pool, vulnerabilities=["alinux3:curl:2024-2398"]
    )
    assert "1 vulnerabilities are fixed on" in shown
    told = await staging.done(
        "fix_nodepool_vulnerabilities", nodepool_id=pool, vulnerabilities=["alinux3:curl:2024-2398"]
    )
    await staging.while_time_passes("wait_for_task", task_id=task_of(told))
    after = await staging.ok("list_cluster_vulnerabilities", nodepool_id=pool)
    assert "alinux3:curl:2024-2398" not in after and "alinux3:glibc:2024-2961" in after
    unknown = await staging.error("fix_nodepool_vulnerabilities", nodepool_id=pool, vulnerabilities=["none"])
    assert unknown.startswith("NotFound")


async def test_a_vulnerability_is_fixed_by_a_cve_in_it(staging: Operator) -> None:
    asked = {"nodepool_id": await staging.pool(), "vulnerabilities": ["cve-2024-33599"]}
    shown = await staging.ok("fix_nodepool_vulnerabilities", **asked)
    assert "1 vulnerabilities are fixed on" in shown
    assert "  alinux3:glibc:2024-2961 (CVE-2024-2961, CVE-2024-33599)" in shown
    told = await staging.error("fix_nodepool_vulnerabilities", **{**asked, "vulnerabilities": ["CVE-1999-1"]})
    assert told.startswith("NotFound") and "CVE-1999-1" in told


async def test_what_runs_on_nodes_is_said_to_be_unknown_where_kubernetes_is_out_of_reach(staging: Operator) -> None:
    pool = await staging.pool()
    staging.region.fault("unavailable", action="DescribeClusterUserKubeconfig")
    instance = next(word for word in (await staging.ok("list_cluster_nodes")).split() if word.startswith("i-"))
    shown = await staging.call("remove_nodepool_nodes", nodepool_id=pool, instance_ids=[instance])
    assert "! what runs there is not known" in shown.text


async def test_a_kubeconfig_that_was_revoked_is_replaced_and_the_plan_tells_what_runs_there(staging: Operator) -> None:
    pool, node = await staging.pool(), next(iter(await staging.nodes()))
    staging.region.order("staging", "revoke")
    with staging.asked() as actions:
        shown = await staging.ok("remove_nodepool_nodes", nodepool_id=pool, node_names=[node])
    assert "not known" not in shown
    assert f"node/{node} and the pods on it" in shown
    assert actions.count("DescribeClusterUserKubeconfig") == 1


async def test_an_identity_that_stays_unknown_is_said_in_the_plan(staging: Operator) -> None:
    pool, node = await staging.pool(), next(iter(await staging.nodes()))
    staging.region.order("staging", "status", path="/", code=401, times=500)
    shown = await staging.ok("remove_nodepool_nodes", nodepool_id=pool, node_names=[node])
    staging.region.order("staging", "clear")
    assert "! what runs there is not known (Unavailable: the API server answered 401 Unauthorized)" in shown
