"""Inspections: RunClusterInspect, ListClusterInspectReports, GetClusterInspectReportDetail, GetClusterInspectConfig."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.begun import begin
from ack_sandbox.cloud.cs.examinations import Inspection, duration
from ack_sandbox.cloud.cs.health.findings import Finding, findings
from ack_sandbox.cloud.cs.health.hygiene import HYGIENE
from ack_sandbox.cloud.cs.health.inspection import Inspected
from ack_sandbox.cloud.cs.health.stability import STABILITY
from ack_sandbox.cloud.cs.health.view import look
from ack_sandbox.cloud.cs.inspection_bodies import item_bodies, matching, summary
from ack_sandbox.cloud.paging import token_slice
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json, rfc3339
from ack_sandbox.draws import Draws

ITEMS = (*STABILITY, *HYGIENE)
LARGEST_PAGE = 50
# Before the region opens. The newest tells what is there now, so it is after the youngest incident of the population
# (a rollout of 25 minutes, past its deadline of ten).
REPORTS_AGO = (timedelta(hours=33), timedelta(minutes=10))
TASK = "cluster_inspect"


def run_cluster_inspect(call: Call) -> Json:
    record, token = call.cluster(), str(call.document().get("clientToken") or "")
    reports = _reports(call, record)
    again = next((each for each in reports if token and each.token == token), None)
    begun = again or _run(call, record, token)
    return {"reportId": begun.id, "requestId": call.request_id, "taskId": begun.task_id}


def list_cluster_inspect_reports(call: Call) -> Json:
    reports = _reports(call, call.cluster())[::-1]
    shown, token = token_slice(call, reports, "maxResults", "nextToken", 20, LARGEST_PAGE)
    return {
        "nextToken": token,
        "reports": [_head(report, call.now) for report in shown],
        "requestId": call.request_id,
    }


def get_cluster_inspect_report_detail(call: Call) -> Json:
    report = _asked(call)
    items = item_bodies(report) if report.is_over(call.now) else []
    wanted = [item for item in items if matching(call, item)]
    shown, token = token_slice(call, wanted, "maxResults", "nextToken", 20, LARGEST_PAGE)
    return {
        **_head(report, call.now),
        "checkItemResults": shown,
        "nextToken": token,
        "requestId": call.request_id,
    }


def get_cluster_inspect_config(call: Call) -> Json:
    enabled = call.cluster().plan.role != "other-tenant"
    return {
        "disabledCheckItems": [],
        "enabled": enabled,
        "recurrence": "FREQ=DAILY;BYHOUR=3;BYMINUTE=0" if enabled else "",
        "requestId": call.request_id,
    }


def _reports(call: Call, record: ClusterRecord) -> list[Inspection]:
    """Oldest first; those from before the region opened are made at the first look."""
    kept = record.examined.inspections
    if not kept:
        dates = (call.store.opened - ago for ago in REPORTS_AGO)
        found = _inspect(call, record)
        kept += [_report(call, record, at, found) for at in dates if at > record.created]
    return kept


def _inspect(call: Call, record: ClusterRecord) -> tuple[Finding, ...]:
    view = look(call.store.live(record.plan.id))
    inspected = Inspected(record, call.store.account(record.plan.account).quotas)
    return tuple(findings(view, "Inspection", ITEMS, inspected))


def _report(call: Call, record: ClusterRecord, at: datetime, found: tuple[Finding, ...], token: str = "") -> Inspection:
    draws = Draws(call.store.plan.seed).at("inspection", record.plan.id, at.isoformat(), token)
    return Inspection(
        id=draws.hex(32),
        type="inspection",
        target={},
        began=at,
        lasts=duration(draws.at("lasts")),
        findings=found,
        token=token,
        task_id="T-" + draws.at("task").hex(24),
    )


def _run(call: Call, record: ClusterRecord, token: str) -> Inspection:
    lasts = duration(Draws(call.store.plan.seed).at("inspection", record.plan.id, len(record.examined.inspections)))
    task = begin(call, record, TASK, (("Inspect", lasts),))
    report = Inspection(
        id=Draws(0).at("report", task.id).hex(32),
        type="inspection",
        target={},
        began=call.now,
        lasts=lasts,
        findings=_inspect(call, record),
        token=token,
        task_id=task.id,
        items=record.examined.orders.take_items(),
    )
    record.examined.inspections.append(report)
    return report


def _asked(call: Call) -> Inspection:
    reports: Sequence[Inspection] = _reports(call, call.cluster())
    found = next((each for each in reports if each.id == call.path["report_id"]), None)
    if found is None:
        raise errors.report_not_found(call.path["report_id"])
    return found


def _head(report: Inspection, now: datetime) -> dict[str, Json]:
    over = report.is_over(now)
    return {
        "endTime": rfc3339(report.ends) if over else "",
        "reportId": report.id,
        "startTime": rfc3339(report.began),
        "status": "completed" if over else "running",
        "summary": summary(item_bodies(report) if over else []),
    }
