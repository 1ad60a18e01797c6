"""What the cluster's tasks tell beside a change: what is under way, whether such a change failed the last time, and how
long it took before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import AckError
from ack_mcp_server.lifecycle.proposed import Scene
from ack_mcp_server.services.addon_reads import task_parameters
from ack_mcp_server.services.tasks import Task, describe_task, newest_tasks

_UNDER_WAY = ("running", "pausing", "paused", "resuming", "cancelling")
_DONE = "success"
_FAILED = ("fail", "failed")
_MOST = 3
_MOST_LOOKED = 5  # newest ones of which it is asked what they were about
_LONGEST = 400  # characters of a failure


async def earlier(scene: Scene, *types: str, target: str = "") -> tuple[str, ...]:
    """Lines for the tasks of these types; that they cannot be read costs nothing but the lines. Of a node pool (by id)
    or an addon (by name) as `target`, only its own failure is told."""
    try:
        tasks = await newest_tasks(scene.reach, scene.cluster)
    except AckError as exc:
        return (f"its tasks cannot be looked at ({exc.code}), so it is not known what is under way",)
    running = [task for task in tasks if task.state in _UNDER_WAY]
    lines = [
        f"! under way: {task.task_type} {task.task_id} ({task.state}); the cloud may refuse others until it is over"
        for task in running[:_MOST]
    ]
    ended = [task for task in tasks if task.task_type in types and task.state in (_DONE, *_FAILED)]
    return (*lines, *await _failure(scene, ended[:_MOST_LOOKED], target), _took(ended, types))


async def _failure(scene: Scene, ended: Sequence[Task], target: str) -> tuple[str, ...]:
    """Of the newest one; what it was about is asked only where an answer could matter."""
    while any(task.state in _FAILED for task in ended):
        newest, *ended = ended
        if target and not await _is_about(scene, newest, target):
            continue
        if newest.state == _DONE:
            return ()
        why = one_line(newest.error, _LONGEST) or "it does not say why"
        return (f"! the last one here failed ({newest.task_type} {newest.task_id}, {newest.updated}): {why}",)
    return ()


async def _is_about(scene: Scene, task: Task, target: str) -> bool:
    try:
        if not task.task_type.startswith("cluster_addon"):
            return (await describe_task(scene.reach, task.task_id, scene.cluster.id)).target_id == target
        meant = (await task_parameters(scene.reach, scene.cluster, task.task_id)).get("components")
    except AckError:
        return False
    return isinstance(meant, list) and target in meant


def _took(ended: Sequence[Task], types: Sequence[str]) -> str:
    times = [lasted for task in ended if task.state == _DONE and (lasted := _lasted(task))]
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
