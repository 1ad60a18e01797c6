"""Inspections and prechecks by the real SDK: what they say is true of what runs in the cluster."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from ack_sandbox.cloud.cs.inspections import ITEMS
from ack_sandbox.kube.objects import Object, condition, name_of
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import Role
from ack_sandbox.region import Region
from tests.sandbox.cloud.live import bring_to_life, change
from tests.sandbox.cloud.model_walk import differences
from tests.sandbox.cloud.sdk import Sdk, control, models, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow

SETTLED = 6  # seconds after which an inspection or a precheck is over


@pytest.fixture
def states(region: Region) -> dict[Role, ClusterState]:
    return bring_to_life(region)


async def run(region: Region, role: Role = "production", token: str | None = None) -> Any:
    request = models.RunClusterInspectRequest(client_token=token)
    return await Sdk(region).call("run_cluster_inspect", region.plan.cluster(role).id, request)


async def reports(region: Region, role: Role = "production", **paging: Any) -> Any:
    request = models.ListClusterInspectReportsRequest(**paging)
    return await Sdk(region).call("list_cluster_inspect_reports", region.plan.cluster(role).id, request)


async def detail(region: Region, report_id: str, role: Role = "production", **wanted: Any) -> Any:
    request = models.GetClusterInspectReportDetailRequest(**{"max_results": 50, **wanted})
    return await Sdk(region).call("get_cluster_inspect_report_detail", region.plan.cluster(role).id, report_id, request)


async def found(region: Region, role: Role = "production") -> dict[str, Any]:
    """By uid, the items of a new report that found something."""
    report = await run(region, role)
    await control(region, "POST", "clock", {"advance_s": SETTLED})
    body = await detail(region, report.report_id, role, enable_filter=True)
    return {item.check_item_uid: item for item in body.check_item_results}


async def test_two_old_reports_are_there_before_any_run(region: Region, states: object) -> None:
    body = await reports(region, "staging")

    ended = [datetime.fromisoformat(report.end_time) for report in body.reports]
    assert len(ended) == 2
    assert region.clock.now() > ended[0] > ended[1]
    assert {report.status for report in body.reports} == {"completed"}


@pytest.mark.slow
async def test_the_newest_report_is_dated_after_what_it_tells_of(
    region: Region, states: dict[Role, ClusterState]
) -> None:
    newest = (await reports(region)).reports[0]
    items = {item.check_item_uid: item for item in (await detail(region, newest.report_id)).check_item_results}
    store = states["production"].store
    nodes = [store.get("/nodes", "", name) for name in items["NodeNotReady"].targets]
    rollouts = [store.get("apps/deployments", *name.split("/")) for name in items["DeploymentRolloutStuck"].targets]
    changed = [_changed(made, "Ready") for made in nodes] + [_changed(made, "Progressing") for made in rollouts]
    assert nodes and rollouts
    assert max(changed) < datetime.fromisoformat(newest.start_time)


def _changed(made: Object | None, kind: str) -> datetime:
    return datetime.fromisoformat((condition(made or {}, kind) or {})["lastTransitionTime"])


async def test_a_run_makes_a_report_that_is_running_and_then_the_newest(region: Region, states: object) -> None:
    begun = await run(region)
    running = (await reports(region)).reports[0]
    await control(region, "POST", "clock", {"advance_s": SETTLED})
    over = (await reports(region)).reports[0]

    assert (running.report_id, running.status, running.end_time) == (begun.report_id, "running", "")
    assert (over.report_id, over.status) == (begun.report_id, "completed")
    assert over.summary.error_count > 0


@pytest.mark.slow
async def test_a_running_report_has_no_items_yet(region: Region, states: object) -> None:
    body = await detail(region, (await run(region)).report_id)

    assert (body.status, body.check_item_results) == ("running", [])


@pytest.mark.slow
async def test_the_task_of_a_run_can_be_asked_for(region: Region, states: object) -> None:
    begun = await run(region)
    await control(region, "POST", "clock", {"advance_s": SETTLED})

    assert (await Sdk(region).call("describe_task_info", begun.task_id)).state == "success"


@pytest.mark.slow
async def test_the_same_token_is_the_same_run(region: Region, states: object) -> None:
    first, second, other = [await run(region, token=token) for token in ("a", "a", "b")]

    assert (first.report_id, first.task_id) == (second.report_id, second.task_id)
    assert other.report_id != first.report_id


async def test_a_report_names_what_is_broken_in_production(region: Region, states: dict[Role, ClusterState]) -> None:
    items = await found(region)

    lost = next(node.name for node in region.plan.cluster("production").nodes if not node.ready)
    assert (items["NodeNotReady"].level, items["NodeNotReady"].targets) == ("critical", [lost])
    assert any(target.startswith("payments/payment-api") for target in items["PodCrashLoopBackOff"].targets)
    assert items["IngressBackendMissing"].targets == ["shop/legacy-admin"]
    assert items["AddonFailed"].targets == ["nginx-ingress-controller"]
    assert {item.level for item in items.values()} == {"advice", "warning", "error", "critical"}
    assert {item.category for item in items.values()} == {"security", "performance", "stability", "limitation", "cost"}
    assert all(item.fix and item.targets for item in items.values())


@pytest.mark.slow
async def test_a_healthy_cluster_has_nothing_worse_than_a_warning(region: Region, states: object) -> None:
    items = await found(region, "staging")

    assert {item.level for item in items.values()} <= {"advice", "warning"}


@pytest.mark.slow
async def test_a_single_coredns_is_found(region: Region, states: dict[Role, ClusterState]) -> None:
    state = states["staging"]
    made = state.store.get("apps/deployments", "kube-system", "coredns")
    assert made is not None
    change(state, "apps/deployments", made, spec={**made["spec"], "replicas": 1})

    assert (await found(region, "staging"))["CoreDNSReplicas"].targets == ["kube-system/coredns"]


@pytest.mark.slow
async def test_the_private_cluster_is_not_audited(region: Region, states: object) -> None:
    items = await found(region, "private")

    assert items["AuditLogDisabled"].targets == [region.plan.cluster("private").id]


async def test_the_summary_counts_what_the_items_say(region: Region, states: object) -> None:
    report_id = (await reports(region)).reports[0].report_id
    body = await detail(region, report_id)

    levels = Counter(item.level for item in body.check_item_results if item.result == "true")
    summary = body.summary
    assert (summary.advice_count, summary.warn_count) == (levels["advice"], levels["warning"])
    assert summary.error_count == levels["error"] + levels["critical"]
    assert summary.normal_count == len(ITEMS) - sum(levels.values()) > 10


@pytest.mark.parametrize(
    ("wanted", "field", "value"),
    [
        ({"category": "cost"}, "category", "cost"),
        ({"level": "error"}, "level", "error"),
        ({"target_type": "Node"}, "target_type", "Node"),
        ({"enable_filter": True}, "result", "true"),
    ],
)
@pytest.mark.slow
async def test_items_are_filtered(
    region: Region, states: object, wanted: dict[str, Any], field: str, value: str
) -> None:
    report_id = (await reports(region)).reports[0].report_id

    chosen = (await detail(region, report_id, **wanted)).check_item_results

    assert {getattr(item, field) for item in chosen} == {value}
    assert len(chosen) < len(ITEMS)


@pytest.mark.slow
async def test_pages_together_are_the_report(region: Region, states: object) -> None:
    report_id, token, uids = (await reports(region)).reports[0].report_id, None, []
    for _ in range(len(ITEMS)):
        body = await detail(region, report_id, max_results=7, next_token=token)
        uids += [item.check_item_uid for item in body.check_item_results]
        token = body.next_token
        if not token:
            break

    assert uids == [item.name for item in ITEMS]


@pytest.mark.slow
async def test_reports_are_paged(region: Region, states: object) -> None:
    first = await reports(region, max_results=1)
    second = await reports(region, max_results=1, next_token=first.next_token)

    assert first.reports[0].start_time > second.reports[0].start_time
    assert second.next_token == ""


async def test_an_order_makes_a_report_of_300_items_some_with_fields_missing(region: Region, states: object) -> None:
    order = {"cluster": region.plan.cluster("production").id, "next": "inspection", "items": 300}
    await control(region, "POST", "examinations", order)
    report, later = await run(region), await run(region)
    await control(region, "POST", "clock", {"advance_s": SETTLED})

    items, token = [], ""
    for _ in range(6):
        body = await raw_detail(region, report.report_id, token)
        items += body["checkItemResults"]
        token = body["nextToken"]

    assert (len({item["checkItemUid"] for item in items}), token) == (300, "")
    assert any("fix" not in item for item in items)
    assert any("level" not in item for item in items)
    assert any(item["targets"] is None for item in items)
    assert (await detail(region, later.report_id)).summary.normal_count < len(ITEMS)


async def raw_detail(region: Region, report_id: str, token: str = "") -> Any:
    path = f"/clusters/{region.plan.cluster('production').id}/inspectReports/{report_id}"
    query = {"maxResults": "50", **({"nextToken": token} if token else {})}
    return (await signed_fetch(region, "GetClusterInspectReportDetail", path, query)).json()


@pytest.mark.slow
async def test_a_report_fits_the_model_of_the_real_sdk(region: Region, states: object) -> None:
    report_id = (await reports(region)).reports[0].report_id
    body = await raw_detail(region, report_id)

    assert list(differences(body, models.GetClusterInspectReportDetailResponseBody)) == []


@pytest.mark.slow
async def test_an_unknown_report_is_not_found(region: Region, states: object) -> None:
    request = models.GetClusterInspectReportDetailRequest()
    cluster = region.plan.cluster("production").id

    error = await Sdk(region).refusal("get_cluster_inspect_report_detail", cluster, "nobody", request)

    assert (error.status_code, error.code) == (404, "InspectReportNotFound")


async def check(region: Region, role: Role, kind: str, target: str | None = None) -> Any:
    """A precheck when it is over."""
    sdk, cluster = Sdk(region), region.plan.cluster(role).id
    begun = await sdk.call("run_cluster_check", cluster, models.RunClusterCheckRequest(type=kind, target=target))
    running = await sdk.call("get_cluster_check", cluster, begun.check_id)
    assert (running.status, running.check_items) == ("Running", {})
    await control(region, "POST", "clock", {"advance_s": SETTLED})
    return await sdk.call("get_cluster_check", cluster, begun.check_id)


def failing(body: Any) -> list[str]:
    return [item["name"] for group in body.check_items.values() for item in group if item["level"] == "error"]


async def test_production_fails_its_precheck(region: Region, states: object) -> None:
    body = await check(region, "production", "ClusterUpgrade")

    assert body.status == "Failed"
    assert {"NodesReady", "AddonsHealthy", "NoTaskRunning"} <= set(failing(body))


@pytest.mark.parametrize("kind", ["ClusterUpgrade", "MasterUpgrade", "ClusterMigrate"])
async def test_staging_passes_its_precheck(region: Region, states: object, kind: str) -> None:
    body = await check(region, "staging", kind)

    assert (body.status, failing(body)) == ("Succeeded", [])


@pytest.mark.slow
async def test_a_node_pool_is_checked_by_its_own_nodes(region: Region, states: object) -> None:
    default, burst = region.plan.cluster("production").pools

    assert (await check(region, "production", "NodePoolUpgrade", default.id)).status == "Failed"
    assert (await check(region, "production", "NodePoolUpgrade", burst.id)).status == "Succeeded"


@pytest.mark.slow
async def test_an_object_written_with_a_removed_api_fails_the_precheck(
    region: Region, states: dict[Role, ClusterState]
) -> None:
    state = states["staging"]
    made = next(state.store.objects("networking.k8s.io/ingresses"))
    applied = json.dumps({"apiVersion": "networking.k8s.io/v1beta1", "kind": "Ingress"})
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": applied}
    change(state, "networking.k8s.io/ingresses", made, metadata={"annotations": annotations})

    body = await check(region, "staging", "ClusterUpgrade")

    assert failing(body) == ["RemovedAPIs"]
    assert name_of(made) in body.check_items["api"][0]["message"]


@pytest.mark.slow
async def test_an_order_makes_the_next_precheck_fail_and_only_that(region: Region, states: object) -> None:
    order = {"cluster": region.plan.cluster("staging").id, "next": "check", "fate": "fail"}
    await control(region, "POST", "examinations", order)

    first, second = [await check(region, "staging", "ClusterUpgrade") for _ in range(2)]

    assert (first.status, failing(first), second.status) == ("Failed", ["EtcdBackup"], "Succeeded")


@pytest.mark.slow
async def test_checks_are_listed_by_type(region: Region, states: object) -> None:
    for kind in ("ClusterUpgrade", "MasterUpgrade"):
        await check(region, "staging", kind)
    request = models.ListClusterChecksRequest(type="MasterUpgrade")

    body = await Sdk(region).call("list_cluster_checks", region.plan.cluster("staging").id, request)

    assert [each.type for each in body.checks] == ["MasterUpgrade"]


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [("Nothing", None, "InvalidParameter"), ("NodePoolUpgrade", None, "InvalidParameter"),
     ("NodePoolUpgrade", "np0", "ErrorNodePoolNotFound")],
)  # fmt: skip
@pytest.mark.slow
async def test_a_check_of_nothing_is_refused(
    region: Region, states: object, kind: str, target: str | None, code: str
) -> None:
    request = models.RunClusterCheckRequest(type=kind, target=target)

    error = await Sdk(region).refusal("run_cluster_check", region.plan.cluster("production").id, request)

    assert error.code == code
