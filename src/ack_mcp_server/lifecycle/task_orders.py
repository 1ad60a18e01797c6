"""Tasks that are paused, resumed or cancelled."""

from dataclasses import dataclass
from typing import ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import Conflict, InvalidInput
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.tasks import TaskDetail, describe_task

_FROM = {"pause": ("running",), "resume": ("paused",), "cancel": ("running", "paused", "pausing")}
_DOES = {
    "pause": "it stops before its next step; what it began stays as it is",
    "resume": "it goes on where it was paused",
    "cancel": "it stops; what it did so far is not taken back, and it cannot be resumed",
}


@dataclass(frozen=True, kw_only=True)
class TaskOrder(Asked):
    tool: ClassVar[str] = "control_task"
    task_id: str
    action: str

    def check(self) -> None:
        identifiers.task_id(self.task_id)

    async def where(self, reach: Reach, cluster_id: str) -> ClusterRef:
        """The task's own cluster, which must be within the bounds of this server."""
        task = await describe_task(reach, self.task_id, cluster_id)
        if not task.cluster_id:
            return await reach.cluster(cluster_id)
        found = await reach.cluster(task.cluster_id)
        if cluster_id and cluster_id != found.id:
            raise InvalidInput(
                f"task {self.task_id} is of cluster {found.id}", next_step="Name that cluster, or leave it out."
            )
        return found

    async def proposed(self, scene: Scene) -> Proposed:
        task = await describe_task(scene.reach, self.task_id, scene.cluster.id)
        if task.state not in _FROM[self.action]:
            raise Conflict(
                f"task {self.task_id} is {task.state}: {self.action} needs one that is "
                f"{' or '.join(_FROM[self.action])}",
                next_step="describe_task_info shows how it ended, or how far it is.",
            )
        return Proposed(
            subject=f"task {self.task_id} of cluster {scene.cluster.id}",
            kind="tasks",
            order=Order(
                action=f"{self.action.capitalize()}Task",
                method="POST",
                path=f"/tasks/{self.task_id}/{self.action}",
                answers=False,
            ),
            verbs=(self.action,),
            what=(_title(task), f"  {self.action}: {_DOES[self.action]}"),
            aside=(f"  now at: {task.current_stage}",) if task.current_stage else (),
            seen=(task.state,),
            listed_by="list_cluster_tasks",
            look=f"describe_task_info of {self.task_id}",
        )


def _title(task: TaskDetail) -> str:
    return f"{task.task_type} {task.task_id} on {task.target_type} {task.target_id}: {task.state}"
