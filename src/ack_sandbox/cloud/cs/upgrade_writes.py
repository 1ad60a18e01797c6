"""The upgrade of a cluster's control plane: UpgradeCluster, after a precheck, and GetUpgradeStatus."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.checks import begin_check, failures
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.sent import sent
from ack_sandbox.cloud.starting import Change, begins, refuse_while_cluster_is_busy, start
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.versions import upgradable_versions
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Step

# What GetUpgradeStatus makes of a task's state.
STATUS = {"running": "running", "success": "success", "fail": "fail", "canceled": "fail"}


def upgrade_cluster(call: Call) -> Json:
    record, asked = call.cluster(), sent(call)
    refuse_while_cluster_is_busy(record, call.now, with_pools=True)
    offered = upgradable_versions(record.plan.version)
    wanted = asked.text("next_version") or asked.text("version") or "".join(offered[:1])
    if wanted not in offered:
        raise errors.not_upgradable(record.plan.version, wanted)
    _precheck(call, record)

    def upgraded(_at: datetime) -> None:
        record.change(replace(record.plan, version=wanted))

    def steps(task: Task) -> Iterator[Step]:
        yield Step(task.after(begins(task, "UpgradeMaster") + 1), upgraded)

    change = Change(kind="cluster_upgrade", parameters={"next_version": wanted}, steps=steps)
    task = start(record, change, call.now)
    return {"cluster_id": record.plan.id, "request_id": call.request_id, "task_id": task.id}


def _precheck(call: Call, record: ClusterRecord) -> None:
    """Raises the refusal that names what failed."""
    if record.live() is None:
        bad = [f"node {node.name} is NotReady" for node in record.plan.nodes if not node.ready]
    else:
        failed = failures(begin_check(call, record, "ClusterUpgrade"))
        bad = [f"{each.name}: {each.trouble.message if each.trouble else each.display}" for each in failed]
    if bad:
        raise errors.precheck_failed("; ".join(bad))


def get_upgrade_status(call: Call) -> Json:
    """Of the upgrade that began last; a cluster that never had one answers `not_start`."""
    record = call.cluster()
    upgrades = [task for task in record.tasks if task.type == "cluster_upgrade"]
    report = record.examined.checks[-1].id if record.examined.checks else ""
    if not upgrades:
        return _body(report, "", "not_start", "", "emptry")
    task = upgrades[-1]
    state = task.state(call.now)
    status = STATUS.get(state, "pause" if task.cancelled is None else "running")
    stage = task.begun(call.now)[-1].name
    step = {"success": "success", "pause": "pause"}.get(status, "prechecking" if stage == "PreCheck" else "upgrading")
    message = task.failure.message if task.failure and state == "fail" else ""
    return _body(report, status, step, message, {"pause": "running", "fail": "failed"}.get(status, status))


def _body(report: str, status: str, step: str, message: str, task: str) -> Json:
    # "emptry" is how the service spells an upgrade task that there is none of.
    return {
        "error_message": message,
        "precheck_report_id": report,
        "status": status,
        "upgrade_step": step,
        "upgrade_task": {"message": message, "status": task},
    }
