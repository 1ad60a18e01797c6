"""What the cluster's tasks tell beside a change: what is under way, and how long such a change took before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ack_mcp_server.errors import AckError
from ack_mcp_server.lifecycle.proposed import Scene
from ack_mcp_server.services.tasks import Task, newest_tasks

_UNDER_WAY = ("running", "pausing", "paused", "resuming", "cancelling")
_MOST = 3


async def earlier(scene: Scene, *types: str) -> tuple[str, ...]:
    """Lines for the tasks of these types; that they cannot be read costs nothing but the lines."""
    try:
        tasks = await newest_tasks(scene.reach, scene.cluster)
    except AckError as exc:
        return (f"its tasks cannot be looked at ({exc.code}), so it is not known what is under way",)
    running = [task for task in tasks if task.state in _UNDER_WAY]
    lines = [
        f"! under way: {task.task_type} {task.task_id} ({task.state}); the cloud may refuse others until it is over"
        for task in running[:_MOST]
    ]
    return (*lines, _took(tasks, types))


def _took(tasks: Sequence[Task], types: Sequence[str]) -> str:
    ended = [task for task in tasks if task.task_type in types and task.state == "success"]
    times = [lasted for task in ended if (lasted := _lasted(task))]
    if not times:
        return f"how long it takes is not known here: no earlier {' or '.join(types)} that succeeded"
    spread = _spoken(min(times)) if min(times) == max(times) else f"{_spoken(min(times))} to {_spoken(max(times))}"
    return f"earlier ones here ({len(times)} of {' or '.join(types)}) took {spread}"


def _lasted(task: Task) -> timedelta | None:
    try:
        lasted = datetime.fromisoformat(task.updated) - datetime.fromisoformat(task.created)
    except (ValueError, TypeError):
        return None
    return lasted if timedelta(0) < lasted < timedelta(days=1) else None


def _spoken(lasted: timedelta) -> str:
    minutes, seconds = divmod(round(lasted.total_seconds()), 60)
    return f"{minutes}m{seconds:02}s" if minutes else f"{seconds}s"
