"""Waiting for a task, and telling how it ended, or how to go on waiting."""

from pydantic import Field

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import ours
from ack_mcp_server.progress import Progress
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.tasks import TaskDetail, describe_task
from ack_mcp_server.services.waiting import Wait, wait_until

_OVER = ("success", "fail", "failed", "canceled", "cancelled")
_HALTED = ("paused",)  # it does not go on by itself


class WaitedTask(TaskDetail):
    is_over: bool = Field(description="Whether the task has ended, well or not.")
    note: str = ""

    def text(self) -> str:
        return "\n".join(filter(None, (super().text(), self.note and ours(self.note))))


async def wait_for_task(reach: Reach, task_id: str, cluster_id: str, progress: Progress) -> WaitedTask:
    """Until it ends, or is paused, or the time is up. Raises AckError."""
    task, trouble = await describe_task(reach, task_id, cluster_id), ""
    if not _stands(task):
        wait = Wait.of(reach.settings, f"task {task_id} ({one_line(task.task_type, 40)})", progress)
        waited = await wait_until(lambda: describe_task(reach, task_id, cluster_id), _stands, wait)
        task = waited.last or task
        trouble = f"; the last look failed ({waited.trouble.code})" if waited.trouble else ""
    return WaitedTask.model_construct(
        **dict(task), is_over=task.state in _OVER, note=_note(reach, task, task_id, trouble)
    )


def _stands(task: TaskDetail) -> bool:
    return task.state in (*_OVER, *_HALTED)


def _note(reach: Reach, task: TaskDetail, task_id: str, trouble: str) -> str:
    if task.state == "success":
        return ""
    if task.state in _OVER:
        return (
            "It did not succeed. describe_cluster_events with its id tells more; correct what it names and try again."
        )
    if task.state in _HALTED:
        return f'It is paused: control_task(task_id="{task_id}", action="resume") lets it go on.'
    return (
        f"It is {one_line(task.state, 20)} after {reach.settings.diagnose_timeout:g} s{trouble}. Call wait_for_task "
        "again to go on waiting; it goes on by itself meanwhile."
    )
