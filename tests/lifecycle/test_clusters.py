"""Clusters: made, protected, changed, upgraded after a precheck, deleted."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, door_to
from tests.kube.writes.writer import plan_of
from tests.lifecycle.operator import Operator, task_of

pytestmark = pytest.mark.slow
NEW = {"region": "cn-hangzhou", "vswitch_ids": ["vsw-uf61shop"], "instance_types": ["ecs.g7.xlarge"], "desired_size": 2}


async def test_an_upgrade_stops_at_its_precheck_with_what_failed(production: Operator) -> None:
    with production.asked() as actions:
        reply = await production.while_time_passes("upgrade_cluster")
    assert reply.is_error
    assert reply.text.startswith("Conflict: the precheck ClusterUpgrade")
    assert "failed, and nothing was changed:" in reply.text
    assert "nginx-ingress-controller" in reply.text
    assert "UpgradeCluster" not in actions and actions.count("RunClusterCheck") == 1


async def test_an_upgrade_to_the_version_that_is_there_names_the_next_one(production: Operator) -> None:
    about = await production.ok("describe_cluster")
    now, after = re.findall(r"version: (\S+) \(upgrade to (\S+) available\)", about)[0]
    told = await production.ok("upgrade_cluster", version=now)
    assert "nothing is changed: it is so already" in told
    assert f"is at {now} already; the next version is {after}" in told


async def test_an_upgrade_that_passes_is_shown_with_warnings_and_done(staging: Operator) -> None:
    shown = (await staging.while_time_passes("upgrade_cluster")).text
    assert "control plane 1.33.3-aliyun.1 -> 1.34.1-aliyun.1; there is no way back" in shown
    assert "keep their version until upgrade_nodepool" in shown
    assert "! the precheck warns: " in shown
    told = await staging.while_time_passes("upgrade_cluster", plan_id=plan_of(shown))
    assert not told.is_error, told.text
    waited = await staging.while_time_passes("wait_for_task", task_id=task_of(told.text))
    assert "state: success" in waited.text
    assert "1.34.1-aliyun.1" in await staging.ok("describe_cluster")
    far = await staging.error("upgrade_cluster", version="1.99.0-aliyun.1")
    assert "one minor version at a time" in far


async def test_a_precheck_that_passed_a_moment_ago_is_not_made_again(
    own_region: Region, changing: Callable[..., Settings]
) -> None:
    async with door_to(changing(), now=lambda: sandbox_time(own_region)) as door:
        operator = Operator(door, own_region, "private")
        with operator.asked() as actions:
            first = await operator.while_time_passes("upgrade_cluster")
            again = await operator.while_time_passes("upgrade_cluster")
    assert "nothing is changed yet" in first.text, first.text
    assert "nothing is changed yet" in again.text, again.text
    assert actions.count("RunClusterCheck") == 1


def sandbox_time(region: Region) -> datetime:
    return datetime.fromisoformat(region.control("GET", "clock")["now"])


async def test_deletion_protection_is_explained_and_taken_away_on_its_own(production: Operator) -> None:
    with production.asked() as actions:
        told = await production.error("delete_cluster")
    assert told.startswith("Conflict: cluster production")
    assert "modify_cluster(deletion_protection=off)" in told
    assert "DeleteCluster" not in actions
    shown = await production.ok("modify_cluster", deletion_protection="off")
    assert "deletion_protection: true -> false" in shown
    assert "! whoever may delete clusters can delete it then" in shown
    await production.done("modify_cluster", deletion_protection="off")
    production.pass_time(300)
    shown = await production.ok("delete_cluster")
    assert "- node pool default-nodepool" in shown and "! there is no way back" in shown
    await production.done("modify_cluster", deletion_protection="on")
    production.pass_time(300)
    plan = plan_of(shown)
    assert (await production.error("delete_cluster", plan_id=plan)).startswith("Conflict: cluster production")


async def test_a_plan_to_delete_tells_what_else_the_cluster_made(staging: Operator) -> None:
    shown = await staging.ok("delete_cluster")
    assert "could not be listed" not in shown
    assert len(re.findall(r"^  goes: SLB lb-\w+$", shown, re.MULTILINE)) == 2
    assert f"  stays: SLS_Data k8s-log-{staging.cluster}" in shown


async def test_a_cluster_is_made_once_and_deleted(staging: Operator) -> None:
    shown = await staging.door.ok("create_cluster", name="fresh", **NEW)
    assert 'cluster_spec: "ack.pro.small"' in shown.text
    assert "are charged from when they are created" in shown.text
    made = await staging.door.ok("create_cluster", name="fresh", plan_id=plan_of(shown.text), **NEW)
    cluster = re.findall(r"cluster (c[a-z0-9]{32})", made.text)[0]
    staging.cluster = cluster
    waited = await staging.while_time_passes("wait_for_task", task_id=task_of(made.text))
    assert "state: success" in waited.text
    again = await staging.door.error("create_cluster", name="fresh", **NEW)
    assert again.startswith("Conflict: there is a cluster fresh")
    assert (await staging.error("delete_cluster")).startswith("Conflict: cluster fresh")
    await staging.done("modify_cluster", deletion_protection="off")
    staging.pass_time(300)
    told = await staging.done("delete_cluster")
    assert "task T-" in told
    staging.pass_time(600)
    assert "fresh" not in (await staging.door.ok("list_clusters")).text


async def test_a_cluster_that_was_made_without_nodes_has_pods_that_wait_for_some(staging: Operator) -> None:
    arguments = {**NEW, "name": "bare", "public_endpoint": True, "instance_types": [], "desired_size": 0}
    shown = await staging.door.ok("create_cluster", **arguments)
    made = await staging.door.ok("create_cluster", plan_id=plan_of(shown.text), **arguments)
    staging.cluster = re.findall(r"cluster (c[a-z0-9]{32})", made.text)[0]
    assert "state: success" in (await staging.while_time_passes("wait_for_task", task_id=task_of(made.text))).text
    pods = await staging.ok("ack_kubectl", command="get pods -A --no-headers")
    assert "coredns" in pods and "Pending" in pods and "Running" not in pods


@pytest.mark.parametrize("kind", ["cut_off", "empty"])
async def test_a_cluster_whose_making_was_not_answered_is_not_made_twice_by_the_same_call(
    staging: Operator, kind: str
) -> None:
    name = f"lost-{kind.replace('_', '-')}"
    shown = await staging.door.ok("create_cluster", name=name, **NEW)
    staging.region.fault(kind, action="CreateCluster", times=1)
    with staging.asked() as actions:
        told = await staging.door.error("create_cluster", name=name, plan_id=plan_of(shown.text), **NEW)
    assert "is not known; it was sent once" in told and "Next: Look at list_clusters" in told
    assert actions.count("CreateCluster") == 1
    again = await staging.door.error("create_cluster", name=name, **NEW)
    assert again.startswith(f"Conflict: there is a cluster {name}")


async def test_what_cannot_be_a_name_an_id_or_a_network_is_refused(staging: Operator) -> None:
    for wrong in (
        {"version": "newest"}, {"name": " "}, {"region": "../x"}, {"extension": '{"login_password": "x"}'},
        {"vpc_id": "vpc-a/../b"}, {"vpc_id": "vsw-uf61shop"}, {"vswitch_ids": ["vpc-uf61shop"]},
        {"service_cidr": "172.21.0.0/40"}, {"pod_cidr": "any"}, {"instance_types": ["ecs.g7.xlarge\n"]},
    ):  # fmt: skip
        told = await staging.door.error("create_cluster", **{"name": "n", **NEW, **wrong})
        assert told.startswith("InvalidInput"), told


async def test_the_cluster_quota_is_told_as_such(staging: Operator) -> None:
    shown = await staging.door.ok("create_cluster", name="beyond", **NEW)
    staging.region.control("POST", "account", quota="cluster_quota", value=1)
    told = await staging.door.error("create_cluster", name="beyond", plan_id=plan_of(shown.text), **NEW)
    staging.region.control("POST", "account", quota="cluster_quota", value=50)
    assert told.startswith("Conflict: CreateCluster") and "cluster_quota" in told
    assert "Next: Raise the quota" in told
