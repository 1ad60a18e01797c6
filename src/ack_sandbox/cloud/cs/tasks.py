"""Tasks: DescribeClusterTasks and DescribeTaskInfo."""

from datetime import datetime

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.paging import asked_page, cut_by_token
from ack_sandbox.cloud.tasks import StageView, Task, TaskEvent, task_events
from ack_sandbox.cloud.wire import Json, epoch_ms, rfc3339, stage_time

# Of what a task works on; whatever is not over yet is "initial".
RESULT_OF_STATE = {"success": "success", "fail": "failed", "canceled": "failed"}


def describe_cluster_tasks(call: Call) -> Json:
    page = asked_page(call)
    tasks = [task for task in call.cluster().newest_tasks_first() if _matches(task, call)]
    shown, next_token = cut_by_token(call, tasks, page)
    return {
        "next_token": next_token,
        "page_info": page.info(len(tasks)),
        "requestId": call.request_id,
        "tasks": [_summary(task, call.now) for task in shown],
    }


def describe_task_info(call: Call) -> Json:
    task, now = call.store.task(call.key.account, call.path["task_id"]), call.now
    begun = task.begun(now)
    return {
        **_summary(task, now),
        "cluster_id": task.cluster_id,
        "current_stage": begun[-1].name,
        "events": [_event(event) for event in task_events(task, now)],
        "outputs": {},
        "parameters": task.parameters,
        "stages": [_stage(stage) for stage in begun],
        "target": {"id": task.target_id, "type": task.target_type},
        "task_result": _results(task, now),
    }


def _matches(task: Task, call: Call) -> bool:
    # The models of today's SDK have none of these; older clients send them.
    exact = {"state": task.state(call.now), "type": task.type, "target_id": task.target_id}
    return all(call.wanted(name) in (None, value) for name, value in exact.items())


def _summary(task: Task, now: datetime) -> dict[str, Json]:
    failure = task.failure if task.state(now) == "fail" else None
    return {
        "created": rfc3339(task.started),
        "error": {"code": failure.code, "message": failure.message} if failure else None,
        "state": task.state(now),
        "task_id": task.id,
        "task_type": task.type,
        "updated": rfc3339(task.updated(now)),
    }


def _stage(stage: StageView) -> Json:
    return {
        "state": stage.state,
        "start_time": stage_time(stage.start),
        "end_time": stage_time(stage.end),
        "message": stage.message,
        "outputs": {},
    }


def _event(event: TaskEvent) -> Json:
    return {
        "action": event.action,
        "level": event.level,
        "message": event.message,
        "reason": event.reason,
        "source": "ACK",
        "timestamp": epoch_ms(event.at),
    }


def _results(task: Task, now: datetime) -> list[Json]:
    status = RESULT_OF_STATE.get(task.state(now), "initial")
    return [{"data": resource, "status": status} for resource in task.resources]
