"""How a change begins: refused while another is under way, else a task whose steps change the cluster as it goes on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.task_types import stages_of
from ack_sandbox.cloud.tasks import Failure, Task
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Act, Step, Work

# While one of these runs, nothing else about the cluster changes.
EXCLUSIVE = frozenset({"cluster_create", "cluster_upgrade", "cluster_delete"})

Steps = Callable[[Task], Iterable[Step]]


def nothing(_task: Task) -> Iterable[Step]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """A task that has not begun. `undo` is what remains to be done when it is cancelled on the way."""

    kind: str
    pool_id: str = ""
    batches: int = 1
    without: tuple[str, ...] = ()  # stages that this time are not needed
    parameters: dict[str, Json] = field(default_factory=dict)
    resources: tuple[str, ...] = ()
    steps: Steps = nothing
    undo: Act | None = None


def start(record: ClusterRecord, change: Change, now: datetime) -> Task:
    stages = stages_of(change.kind, change.batches)
    task = Task(
        id="T-" + record.draws.at("started", change.kind, len(record.tasks)).hex(24),
        cluster_id=record.plan.id,
        type=change.kind,
        target_type="nodepool" if change.pool_id else "cluster",
        target_id=change.pool_id or record.plan.id,
        started=now,
        stages=tuple(stage for stage in stages if stage.name not in change.without),
        parameters=change.parameters,
        resources=change.resources,
    )
    record.tasks.append(task)
    work = Work(lambda: record.task(task.id), record.schedule, change.steps(task), change.undo)
    record.works[task.id] = work
    work.go_on()
    return task


def begins(task: Task, stage: str, batch: int = 0) -> int:
    """The number of a stage, by its name and the batch of nodes that it is for."""
    return [index for index, each in enumerate(task.stages) if each.name == stage][batch]


def fail(record: ClusterRecord, task: Task, index: int, code: str, message: str) -> None:
    """The task ends with its stage of this number."""
    failure = Failure(stage=task.stages[index].name, code=code, message=message, index=index)
    record.change_task(replace(record.task(task.id), failure=failure))


def refuse_while_pool_is_busy(record: ClusterRecord, pool_id: str, now: datetime) -> None:
    for task in record.under_way(now):
        if task.target_id == pool_id or task.type in EXCLUSIVE:
            raise errors.busy(task.type, task.id)


def refuse_while_cluster_is_busy(record: ClusterRecord, now: datetime, *, with_pools: bool = False) -> None:
    for task in record.under_way(now):
        if with_pools or task.type in EXCLUSIVE:
            raise errors.busy(task.type, task.id)
