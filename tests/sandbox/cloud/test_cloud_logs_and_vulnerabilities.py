"""Log settings, vulnerabilities, events and the catalogue of add-ons, by the real SDK."""

import json
from typing import Any

import pytest

from ack_sandbox.cloud.cluster_logs import plan_logs
from ack_sandbox.plan import Role
from ack_sandbox.region import Region
from ack_sandbox.sls.rows.kinds import components
from tests.sandbox.cloud.live import bring_to_life
from tests.sandbox.cloud.sdk import Sdk, control, models, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow


async def control_plane_log(region: Region, role: Role) -> Any:
    path = f"/clusters/{region.plan.cluster(role).id}/controlplanelog"
    return (await signed_fetch(region, "CheckControlPlaneLogEnable", path)).json()


async def test_components_come_in_both_forms(region: Region) -> None:
    production, staging = [await control_plane_log(region, role) for role in ("production", "staging")]

    both = ["cluster-autoscaler", "controlplane-events"]
    assert (production["components"], production["log_ttl"]) == (["apiserver", "kcm", "scheduler", "ccm", *both], "30")
    assert (json.loads(staging["components"][0]), staging["log_ttl"]) == (["apiserver", "kcm", *both], 30)


@pytest.mark.parametrize("role", ["production", "staging", "private", "other-tenant"])
def test_the_components_whose_logs_are_kept_are_those_that_have_a_logstore(region: Region, role: Role) -> None:
    assert set(plan_logs(region.plan.cluster(role)).components) == set(components(role))


async def test_the_private_cluster_keeps_no_logs(region: Region) -> None:
    cluster = region.plan.cluster("private").id
    audit = await Sdk(region).call("get_cluster_audit_project", cluster)

    assert (audit.audit_enabled, audit.sls_project_name) == (False, "")
    assert (await control_plane_log(region, "private"))["components"] == []


@pytest.mark.slow
async def test_production_is_audited_in_its_own_project(region: Region) -> None:
    cluster = region.plan.cluster("production").id

    audit = await Sdk(region).call("get_cluster_audit_project", cluster)

    assert (audit.audit_enabled, audit.sls_project_name) == (True, f"k8s-log-{cluster}")


@pytest.mark.slow
async def test_control_plane_logs_are_turned_on(region: Region) -> None:
    request = models.UpdateControlPlaneLogRequest(components=["apiserver", "ccm"], log_ttl="7")
    cluster = region.plan.cluster("private").id

    begun = await Sdk(region).call("update_control_plane_log", cluster, request)

    body = await control_plane_log(region, "private")
    assert (body["components"], body["log_ttl"]) == (["apiserver", "ccm"], "7")
    assert (await Sdk(region).call("describe_task_info", begun.task_id)).state == "running"


@pytest.mark.parametrize(
    "changed", [{"components": ["etcd"]}, {"components": None}, {"log_ttl": "0"}, {"log_ttl": "3001"}]
)
@pytest.mark.slow
async def test_control_plane_logs_of_nothing_are_refused(region: Region, changed: dict[str, Any]) -> None:
    request = models.UpdateControlPlaneLogRequest(**{"components": ["kcm"], **changed})

    error = await Sdk(region).refusal("update_control_plane_log", region.plan.cluster("staging").id, request)

    assert error.code == "InvalidParameter"


def names_in(nodes: dict[str, set[str]]) -> set[str]:
    return {name for names in nodes.values() for name in names}


async def vulnerable(region: Region, necessity: str | None = None, role: Role = "production") -> dict[str, set[str]]:
    """By node of the default pool: the names of its vulnerabilities."""
    cluster = region.plan.cluster(role)
    request = models.DescribeNodePoolVulsRequest(necessity=necessity)
    body = await Sdk(region).call("describe_node_pool_vuls", cluster.id, cluster.pools[0].id, request)
    return {record.node_name: {each.name for each in record.vul_list} for record in body.vul_records}


@pytest.mark.slow
async def test_the_cluster_counts_the_nodes_that_its_pools_name(region: Region) -> None:
    cluster = region.plan.cluster("production")
    body = await Sdk(region).call("describe_cluster_vuls", cluster.id)

    nodes = await vulnerable(region)
    counts = {each.vul_name: each.node_count for each in body.vul_records if each.nodepool_id == cluster.pools[0].id}
    assert counts == {name: sum(name in names for names in nodes.values()) for name in counts}
    assert {each.necessity for each in body.vul_records} == {"asap", "later", "nntf"}


@pytest.mark.slow
async def test_vulnerabilities_are_chosen_by_necessity(region: Region) -> None:
    urgent, rest = await vulnerable(region, "asap"), await vulnerable(region, "later,nntf")

    assert names_in(urgent).isdisjoint(names_in(rest))
    assert await vulnerable(region, "asap", "staging") == {}


@pytest.mark.parametrize("restart", [True, False])
async def test_a_fix_runs_and_ends_and_what_needs_a_restart_gets_one_or_stays(region: Region, restart: bool) -> None:
    cluster = region.plan.cluster("production")
    request = models.FixNodePoolVulsRequest(auto_restart=restart)
    begun = await Sdk(region).call("fix_node_pool_vuls", cluster.id, cluster.pools[0].id, request)
    running = await vulnerable(region)

    await control(region, "POST", "clock", {"advance_s": 3600})

    assert (await Sdk(region).call("describe_task_info", begun.task_id)).state == "success"
    assert names_in(running) > {"alinux3:kernel:2024-1086"}
    assert names_in(await vulnerable(region)) == (set() if restart else {"alinux3:kernel:2024-1086"})


@pytest.mark.slow
async def test_a_fix_of_one_node_leaves_the_others(region: Region) -> None:
    cluster = region.plan.cluster("production")
    before = await vulnerable(region)
    node = next(iter(before))
    request = models.FixNodePoolVulsRequest(auto_restart=True, nodes=[node])
    await Sdk(region).call("fix_node_pool_vuls", cluster.id, cluster.pools[0].id, request)

    await control(region, "POST", "clock", {"advance_s": 3600})

    assert await vulnerable(region) == {name: found for name, found in before.items() if name != node}


@pytest.mark.slow
async def test_a_fix_of_what_is_not_there_is_refused(region: Region) -> None:
    cluster = region.plan.cluster("production")
    request = models.FixNodePoolVulsRequest(nodes=["nobody"])

    error = await Sdk(region).refusal("fix_node_pool_vuls", cluster.id, cluster.pools[0].id, request)

    assert error.code == "InvalidParameter"


@pytest.mark.slow
async def test_without_the_fix_service_nothing_is_fixed(region: Region) -> None:
    cluster = region.plan.cluster("private")
    request = models.FixNodePoolVulsRequest()

    error = await Sdk(region).refusal("fix_node_pool_vuls", cluster.id, cluster.pools[0].id, request)

    assert (error.status_code, error.code) == (403, "VulsFixServiceNotPurchased")


@pytest.mark.slow
async def test_a_scan_is_a_task_that_ends(region: Region) -> None:
    begun = await Sdk(region).call("scan_cluster_vuls", region.plan.cluster("production").id)

    await control(region, "POST", "clock", {"advance_s": 60})

    assert (await Sdk(region).call("describe_task_info", begun.task_id)).state == "success"


@pytest.mark.slow
async def test_events_of_all_clusters_are_chosen_by_cluster_and_type(region: Region) -> None:
    staging = region.plan.cluster("staging").id
    request = models.DescribeEventsRequest(cluster_id=staging, type="cluster_create", page_size=100)

    events = (await Sdk(region).call("describe_events", request)).events

    assert {(event.cluster_id, event.type) for event in events} == {(staging, "cluster_create")}


@pytest.mark.slow
async def test_events_of_a_region_are_of_its_clusters(region: Region) -> None:
    body = await Sdk(region).call(
        "describe_events_for_region", "cn-shanghai", models.DescribeEventsForRegionRequest(page_size=100)
    )

    assert {event.cluster_id for event in body.events} == {region.plan.cluster("staging").id}


@pytest.mark.slow
async def test_events_of_another_account_are_not_told(region: Region) -> None:
    request = models.DescribeEventsRequest(cluster_id=region.plan.cluster("other-tenant").id)

    assert (await Sdk(region).call("describe_events", request)).page_info.total_count == 0


@pytest.mark.slow
async def test_an_addon_that_lags_behind_knows_its_newer_version(region: Region) -> None:
    request = models.DescribeAddonRequest(version="v1.14.5")

    addon = await Sdk(region).call("describe_addon", "terway-eniip", request)

    assert ([newer.version for newer in addon.newer_versions], addon.category) == (["v1.15.0"], "network")
    assert json.loads(addon.config_schema)["properties"]["ENITrunking"] == {"type": "string"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "version", "code"), [("etcd", None, "AddonNotFound"), ("coredns", "v0", "AddonVersionNotFound")]
)
async def test_an_addon_or_version_that_is_not_offered_is_not_found(
    region: Region, name: str, version: str | None, code: str
) -> None:
    error = await Sdk(region).refusal("describe_addon", name, models.DescribeAddonRequest(version=version))

    assert (error.status_code, error.code) == (404, code)


@pytest.mark.slow
async def test_the_catalogue_has_what_is_installed(region: Region) -> None:
    sdk, cluster = Sdk(region), region.plan.cluster("production").id
    listed = await sdk.call("list_addons", models.ListAddonsRequest(cluster_id=cluster))
    installed = await sdk.call("list_cluster_addon_instances", cluster)

    assert {addon.name for addon in installed.addons} <= {addon.name for addon in listed.addons}


@pytest.mark.slow
async def test_the_objects_of_an_addon_are_those_that_run(region: Region) -> None:
    bring_to_life(region)
    cluster = region.plan.cluster("production").id

    body = await Sdk(region).call("list_cluster_addon_instance_resources", cluster, "coredns")

    objects = {(each.group, each.version, each.kind, each.namespace, each.name) for each in body.kubernetes_objects}
    assert {
        ("apps", "v1", "Deployment", "kube-system", "coredns"),
        ("", "v1", "Service", "kube-system", "kube-dns"),
    } <= objects
    assert body.helm_release.release_name == "coredns"
