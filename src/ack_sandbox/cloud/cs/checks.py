"""Prechecks: RunClusterCheck, ListClusterChecks and GetClusterCheck.

The names of states and the fields of an item are made up: only that items come in named groups is documented.
"""

from itertools import groupby

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.examinations import Examination, duration
from ack_sandbox.cloud.cs.health.findings import Finding, findings
from ack_sandbox.cloud.cs.health.upgrades import CLUSTER_CHECKS, NODE_CHECKS, ORDERED, Upgraded
from ack_sandbox.cloud.cs.health.view import look
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json, rfc3339
from ack_sandbox.draws import Draws

TYPES = {
    "ClusterMigrate": CLUSTER_CHECKS,
    "MasterUpgrade": CLUSTER_CHECKS,
    "ClusterUpgrade": (*CLUSTER_CHECKS, *NODE_CHECKS),
    "NodePoolUpgrade": NODE_CHECKS,
}
BAD = ("error", "critical")


def run_cluster_check(call: Call) -> Json:
    record, asked = call.cluster(), call.document()
    kind, target = str(asked.get("type") or ""), str(asked.get("target") or "")
    if kind not in TYPES:
        raise errors.invalid_parameter("type", f"it is one of {', '.join(TYPES)}")
    if kind == "NodePoolUpgrade" and not target:
        raise errors.invalid_parameter("target", "for NodePoolUpgrade it is the id of a node pool")
    check = begin_check(call, record, kind, target)
    return {"check_id": check.id, "request_id": call.request_id}


def begin_check(call: Call, record: ClusterRecord, kind: str, target: str = "") -> Examination:
    """Begin a precheck of the cluster; `target` is a node pool's id. What it finds is there at once."""
    draws = Draws(call.store.plan.seed).at("check", record.plan.id, len(record.examined.checks))
    pool = record.pool(target) if kind == "NodePoolUpgrade" else None
    view = look(call.store.live(record.plan.id))
    found = findings(view, kind, TYPES[kind], Upgraded(record, pool, call.now))
    fate = record.examined.orders.take_check()
    check = Examination(
        id=draws.uid(),
        type=kind,
        target={"id": target},
        began=call.now,
        lasts=duration(draws.at("lasts")),
        fate=fate,
        findings=(*found, ORDERED) if fate == "fail" else tuple(found),
    )
    record.examined.checks.append(check)
    return check


def list_cluster_checks(call: Call) -> Json:
    newest_first = reversed(call.cluster().examined.checks)
    return {"checks": [_head(call, check) for check in newest_first if _matches(call, check)]}


def get_cluster_check(call: Call) -> Json:
    check_id = call.path["check_id"]
    check = next((each for each in call.cluster().examined.checks if each.id == check_id), None)
    if check is None:
        raise errors.check_not_found(check_id)
    groups = groupby(check.findings, lambda finding: finding.group) if check.is_over(call.now) else ()
    return {**_head(call, check), "check_items": {name: [_item(each) for each in group] for name, group in groups}}


def _matches(call: Call, check: Examination) -> bool:
    exact = {"type": check.type, "target": check.target["id"]}
    return all(call.wanted(name) in (None, value) for name, value in exact.items())


def failures(check: Examination) -> list[Finding]:
    """What keeps an upgrade from going on."""
    return [finding for finding in check.findings if finding.level in BAD]


def _head(call: Call, check: Examination) -> dict[str, Json]:
    over, failed = check.is_over(call.now), failures(check)
    passed = "all required items passed" if not failed else f"{len(failed)} items failed"
    return {
        "check_id": check.id,
        "created_at": rfc3339(check.began),
        "finished_at": rfc3339(check.ends) if over else "",
        "message": passed if over else "",
        "status": ("Failed" if failed else "Succeeded") if over else "Running",
        "type": check.type,
    }


def _item(finding: Finding) -> Json:
    body: dict[str, Json] = {"name": finding.name, "description": finding.display, "level": finding.level}
    if finding.trouble is None:
        return body
    trouble = finding.trouble
    return {**body, "message": trouble.message, "fix": trouble.remedy, "targets": list(trouble.targets)}
