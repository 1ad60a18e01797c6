"""Orders to tasks under way: PauseTask, ResumeTask and CancelTask, and the same for the upgrade of a cluster."""

from dataclasses import replace

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.tasks import SETTLING, Halt, Task
from ack_sandbox.cloud.wire import Json


def pause_task(call: Call) -> Json:
    return _pause(call, *_asked(call))


def resume_task(call: Call) -> Json:
    return _resume(call, *_asked(call))


def cancel_task(call: Call) -> Json:
    return _cancel(call, *_asked(call))


def pause_cluster_upgrade(call: Call) -> Json:
    return _pause(call, *_upgrade(call))


def resume_upgrade_cluster(call: Call) -> Json:
    return _resume(call, *_upgrade(call))


def cancel_cluster_upgrade(call: Call) -> Json:
    return _cancel(call, *_upgrade(call))


def _asked(call: Call) -> tuple[ClusterRecord, Task]:
    record = call.store.cluster_of_task(call.key.account, call.path["task_id"])
    return record, record.task(call.path["task_id"])


def _upgrade(call: Call) -> tuple[ClusterRecord, Task]:
    record = call.cluster()
    found = next((task for task in record.under_way(call.now) if task.type == "cluster_upgrade"), None)
    if found is None:
        raise errors.no_upgrade(record.plan.id)
    return record, found


def _pause(call: Call, record: ClusterRecord, task: Task) -> Json:
    _check(task, call, "running")
    record.change_task(replace(task, halts=(*task.halts, Halt(begun=call.now))))
    return {}


def _resume(call: Call, record: ClusterRecord, task: Task) -> Json:
    _check(task, call, "paused")
    *earlier, last = task.halts
    record.change_task(replace(task, halts=(*earlier, replace(last, ended=call.now + SETTLING))))
    work = record.works.get(task.id)
    if work is not None:
        work.go_on()
    return {}


def _cancel(call: Call, record: ClusterRecord, task: Task) -> Json:
    _check(task, call, "running", "paused")
    record.change_task(replace(task, cancelled=call.now))
    work = record.works.get(task.id)
    if work is not None:
        work.stop(call.now)
    return {}


def _check(task: Task, call: Call, *wanted: str) -> None:
    state = task.state(call.now)
    if state not in wanted:
        raise errors.wrong_task_state(task.id, state, " or ".join(wanted))
