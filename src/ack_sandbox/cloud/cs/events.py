"""Events: DescribeClusterEvents, DescribeEvents and DescribeEventsForRegion.

They are what the tasks of clusters reported, newest first.
"""

from collections.abc import Sequence
from datetime import datetime

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.paging import asked_page, cut_by_token
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.tasks import Task, TaskEvent, task_events
from ack_sandbox.cloud.wire import Json, rfc3339
from ack_sandbox.draws import Draws

LEVELS = {"Normal": "info", "Warning": "error"}


def describe_cluster_events(call: Call) -> Json:
    tasks = [task for task in call.cluster().tasks if call.wanted("task_id") in (None, task.id)]
    return _page(call, tasks)


def describe_events(call: Call) -> Json:
    return _page(call, _tasks(call, call.store.clusters(call.key.account)))


def describe_events_for_region(call: Call) -> Json:
    clusters = call.store.clusters(call.key.account)
    return _page(call, _tasks(call, [each for each in clusters if each.plan.region == call.path["region_id"]]))


def _tasks(call: Call, records: Sequence[ClusterRecord]) -> list[Task]:
    wanted = [record for record in records if call.wanted("cluster_id") in (None, record.plan.id)]
    return [task for record in wanted for task in record.tasks if call.wanted("type") in (None, task.type)]


def _page(call: Call, tasks: Sequence[Task]) -> Json:
    page = asked_page(call, default=50)
    events = _newest_first(tasks, call.now)
    shown, next_token = cut_by_token(call, events, page)
    return {
        "events": [_body(task, event) for task, event in shown],
        "next_token": next_token,
        "page_info": page.info(len(events)),
    }


def _newest_first(tasks: Sequence[Task], now: datetime) -> list[tuple[Task, TaskEvent]]:
    reported = [(task, event) for task in tasks for event in task_events(task, now)]
    return sorted(reported, key=lambda pair: pair[1].at, reverse=True)


def _body(task: Task, event: TaskEvent) -> Json:
    return {
        "cluster_id": task.cluster_id,
        "data": {"level": LEVELS[event.level], "message": event.message, "reason": event.reason},
        "event_id": "A-" + Draws(0).at(task.id, event.reason, event.at.isoformat()).hex(32),
        "source": "cluster",
        "subject": task.target_id,
        "time": rfc3339(event.at),
        "type": task.type,
    }
