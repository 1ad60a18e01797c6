"""A task as a plan in time: what it shows at an instant is computed from the task and that instant alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from ack_sandbox.cloud.wire import Json

TaskState = Literal["running", "pausing", "paused", "resuming", "cancelling", "canceled", "success", "fail"]
StageState = Literal["running", "success", "fail", "canceled"]

OVER = frozenset({"success", "fail", "canceled"})
SETTLING = timedelta(seconds=5)  # from an order to pause, resume or cancel until it has taken effect
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Stage:
    name: str
    duration: timedelta


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a task stops: the stage at whose end it fails, and what it says then.

    `index` tells it from other stages of that name; without it the first one is meant.
    """

    stage: str
    code: str
    message: str
    index: int | None = None


@dataclass(frozen=True, kw_only=True)
class Halt:
    """A time in which no work is done; one without an end lasts until it is resumed."""

    begun: datetime
    ended: datetime = NEVER


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
    halts: tuple[Halt, ...] = ()
    cancelled: datetime | None = None  # when that was asked for

    @property
    def ends(self) -> datetime:
        return self.cancelled + SETTLING if self.cancelled is not None else list(self._spans())[-1][2]

    def moment(self, worked: timedelta) -> datetime:
        """When the task will have worked, or had worked, for so long."""
        at = self.started + worked
        for halt in self.halts:
            if at > halt.begun:
                at = NEVER if halt.ended == NEVER else at + (halt.ended - halt.begun)
        return NEVER if self.cancelled is not None and at > self.cancelled else at

    def after(self, index: int) -> timedelta:
        """How long the task works until the stage of this number begins."""
        return sum((stage.duration for stage in self.stages[:index]), timedelta())

    def state(self, now: datetime) -> TaskState:
        if now >= self.ends:
            return "canceled" if self.cancelled is not None else "fail" if self.failure else "success"
        if self.cancelled is not None:
            return "cancelling"
        halt = next((each for each in self.halts if each.begun <= now < each.ended), None)
        return _halted(halt, now) if halt else "running"

    def is_over(self, now: datetime) -> bool:
        return self.state(now) in OVER

    def updated(self, now: datetime) -> datetime:
        """The last instant at which anything about the task changed."""
        turns = [moment for halt in self.halts for moment in (halt.begun, halt.ended)]
        known = [self.begun(now)[-1].start, self.ends, *turns, *([self.cancelled] if self.cancelled else [])]
        return max(moment for moment in known if moment <= now)

    def begun(self, now: datetime) -> tuple["StageView", ...]:
        """The stages that have begun; never empty, because the first begins with the task."""
        return tuple(
            self._view(index, start, end, now)
            for index, start, end in self._spans()
            if start <= now or start == self.started
        )

    def _view(self, index: int, start: datetime, end: datetime, now: datetime) -> "StageView":
        name = self.stages[index].name
        if now >= end:
            return StageView(name=name, state="fail" if self._fails_in(index) else "success", start=start, end=end)
        if self.cancelled is not None and now >= self.ends:
            return StageView(name=name, state="canceled", start=start, end=self.ends)
        return StageView(name=name, state="running", start=start, end=None)

    def _spans(self) -> Iterator[tuple[int, datetime, datetime]]:
        worked, start = timedelta(), self.started
        for index, stage in enumerate(self.stages):
            worked += stage.duration
            end = self.moment(worked)
            yield index, start, end
            if self._fails_in(index):
                return
            start = end

    def _fails_in(self, index: int) -> bool:
        if self.failure is None:
            return False
        if self.failure.index is not None:
            return self.failure.index == index
        return self.failure.stage == self.stages[index].name


def _halted(halt: Halt, now: datetime) -> TaskState:
    if now < halt.begun + SETTLING:
        return "pausing"
    return "resuming" if halt.ended != NEVER and now >= halt.ended - SETTLING else "paused"


@dataclass(frozen=True, kw_only=True)
class StageView:
    name: str
    state: StageState
    start: datetime
    end: datetime | None

    @property
    def message(self) -> str:
        said = {"running": "in progress", "success": "succeeded", "fail": "failed", "canceled": "canceled"}
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
    return tuple(sorted(_events(task, now), key=lambda event: event.at))


def _events(task: Task, now: datetime) -> Iterator[TaskEvent]:
    subject = f"{task.type} of {task.target_type} {task.target_id}"
    yield _normal(task, task.started, "start", "Start", f"{subject} started")
    for stage in task.begun(now):
        if stage.state == "success" and stage.end is not None:
            yield _normal(task, stage.end, "stage", f"{stage.name}Succeed", f"{subject}: {stage.message}")
    yield from _interruptions(task, now)
    state = task.state(now)
    if state == "success":
        yield _normal(task, task.ends, "finish", "Succeed", f"{subject} succeeded")
    if state == "fail" and task.failure is not None:
        reason = f"{_camel(task.type)}Failed"
        message = f"{subject} failed in stage {task.failure.stage}: {task.failure.message}"
        yield TaskEvent(at=task.ends, action="fail", level="Warning", reason=reason, message=message)


def _interruptions(task: Task, now: datetime) -> Iterator[TaskEvent]:
    subject = f"{task.type} of {task.target_type} {task.target_id}"
    turns = [(halt.begun, "pause", "Paused") for halt in task.halts]
    turns += [(halt.ended, "resume", "Resumed") for halt in task.halts]
    turns += [(task.ends, "cancel", "Canceled")] if task.cancelled is not None else []
    for at, action, suffix in turns:
        if at <= now:
            yield _normal(task, at, action, suffix, f"{subject} {suffix.lower()}")


def _normal(task: Task, at: datetime, action: str, suffix: str, message: str) -> TaskEvent:
    return TaskEvent(at=at, action=action, level="Normal", reason=_camel(task.type) + suffix, message=message)


def _camel(task_type: str) -> str:
    return "".join("NodePool" if word == "nodepool" else word.capitalize() for word in task_type.split("_"))
