"""A task as a plan in time: what it shows at an instant is computed from the task and that instant alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ack_sandbox.cloud.wire import Json

TaskState = Literal["running", "success", "fail"]
StageState = Literal["running", "success", "fail"]


@dataclass(frozen=True, kw_only=True)
class Stage:
    name: str
    duration: timedelta


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a task stops: the stage at whose end it fails, and what it says then."""

    stage: str
    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Task:
    id: str
    cluster_id: str
    type: str
    target_type: str
    target_id: str
    started: datetime
    stages: tuple[Stage, ...]
    parameters: Mapping[str, Json] = field(default_factory=dict)
    resources: tuple[str, ...] = ()  # what the task works on, such as instance ids
    failure: Failure | None = None

    @property
    def ends(self) -> datetime:
        return list(self._spans())[-1][2]

    def state(self, now: datetime) -> TaskState:
        if now < self.ends:
            return "running"
        return "fail" if self.failure else "success"

    def updated(self, now: datetime) -> datetime:
        """The last instant at which anything about the task changed."""
        return self.ends if now >= self.ends else self.begun(now)[-1].start

    def begun(self, now: datetime) -> tuple["StageView", ...]:
        """The stages that have begun; never empty, because the first begins with the task."""
        return tuple(
            self._view(stage, start, end, now)
            for stage, start, end in self._spans()
            if start <= now or start == self.started
        )

    def _view(self, stage: Stage, start: datetime, end: datetime, now: datetime) -> "StageView":
        if now < end:
            return StageView(name=stage.name, state="running", start=start, end=None)
        failed = self.failure is not None and self.failure.stage == stage.name
        return StageView(name=stage.name, state="fail" if failed else "success", start=start, end=end)

    def _spans(self) -> Iterator[tuple[Stage, datetime, datetime]]:
        start = self.started
        for stage in self.stages:
            end = start + stage.duration
            yield stage, start, end
            if self.failure is not None and self.failure.stage == stage.name:
                return
            start = end


@dataclass(frozen=True, kw_only=True)
class StageView:
    name: str
    state: StageState
    start: datetime
    end: datetime | None

    @property
    def message(self) -> str:
        said = {"running": "in progress", "success": "succeeded", "fail": "failed"}
        return f"stage {self.name} {said[self.state]}"


@dataclass(frozen=True, kw_only=True)
class TaskEvent:
    at: datetime
    action: str
    level: Literal["Normal", "Warning"]
    reason: str
    message: str


def task_events(task: Task, now: datetime) -> tuple[TaskEvent, ...]:
    """What the task has reported by now, oldest first."""
    return tuple(_events(task, now))


def _events(task: Task, now: datetime) -> Iterator[TaskEvent]:
    subject = f"{task.type} of {task.target_type} {task.target_id}"
    yield _normal(task, task.started, "start", "Start", f"{subject} started")
    for stage in task.begun(now):
        if stage.state == "success" and stage.end is not None:
            yield _normal(task, stage.end, "stage", f"{stage.name}Succeed", f"{subject}: {stage.message}")
    state = task.state(now)
    if state == "success":
        yield _normal(task, task.ends, "finish", "Succeed", f"{subject} succeeded")
    if state == "fail" and task.failure is not None:
        reason = f"{_camel(task.type)}Failed"
        message = f"{subject} failed in stage {task.failure.stage}: {task.failure.message}"
        yield TaskEvent(at=task.ends, action="fail", level="Warning", reason=reason, message=message)


def _normal(task: Task, at: datetime, action: str, suffix: str, message: str) -> TaskEvent:
    return TaskEvent(at=at, action=action, level="Normal", reason=_camel(task.type) + suffix, message=message)


def _camel(task_type: str) -> str:
    return "".join("NodePool" if word == "nodepool" else word.capitalize() for word in task_type.split("_"))
