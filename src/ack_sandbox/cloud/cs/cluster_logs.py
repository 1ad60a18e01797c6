"""Logs in Log Service: GetClusterAuditProject, CheckControlPlaneLogEnable and UpdateControlPlaneLog."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cluster_logs import COMPONENTS, DAYS_KEPT
from ack_sandbox.cloud.cs.begun import begin
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json, json_text

LONGEST_DAYS = 3000
STAGES = (("UpdateControlPlane", timedelta(seconds=20)),)


def get_cluster_audit_project(call: Call) -> Json:
    logs = call.cluster().logs
    return {"audit_enabled": logs.audited, "sls_project_name": logs.project if logs.audited else ""}


def check_control_plane_log_enable(call: Call) -> Json:
    record = call.cluster()
    return {
        "aliuid": record.plan.account,
        **_components(record),
        "log_project": record.logs.project if record.logs.components else "",
    }


def update_control_plane_log(call: Call) -> Json:
    record, asked = call.cluster(), call.document()
    components, days = _chosen(asked), _days(asked)
    record.logs.components, record.logs.days_kept = components, days
    record.logs.project = str(asked.get("log_project") or record.logs.project)
    task = begin(call, record, "cluster_modify", STAGES, parameters={"components": list(components)})
    return {"cluster_id": record.plan.id, "request_id": call.request_id, "task_id": task.id}


def _components(record: ClusterRecord) -> dict[str, Json]:
    """The published example writes the list as JSON inside of a list, and days both ways; so do two of the clusters."""
    components, days = list(record.logs.components), record.logs.days_kept
    if record.plan.role == "staging":
        return {"components": [json_text(components)], "log_ttl": days}
    return {"components": components, "log_ttl": str(days) if components else ""}


def _chosen(asked: Mapping[str, Any]) -> tuple[str, ...]:
    given = asked.get("components")
    if not isinstance(given, list) or not set(map(str, given)) <= set(COMPONENTS):
        raise errors.invalid_parameter("components", f"it is a list of {', '.join(COMPONENTS)}")
    return tuple(map(str, given))


def _days(asked: Mapping[str, Any]) -> int:
    text = str(asked.get("log_ttl") or DAYS_KEPT)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LONGEST_DAYS):
        raise errors.invalid_parameter("log_ttl", f"it is a number of days from 1 to {LONGEST_DAYS}")
    return int(text)
