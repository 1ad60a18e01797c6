"""What a task does to its cluster, step by step: each step comes when the task has worked for so long."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.cloud.tasks import NEVER, Task
from ack_sandbox.kube.schedule import Schedule

Act = Callable[[datetime], None]


@dataclass(frozen=True)
class Step:
    after: timedelta  # of work
    act: Act


class Work:
    """The steps of one task that are still to come. `find` is the task as it is now: it may be paused or fail."""

    def __init__(
        self, find: Callable[[], Task], schedule: Schedule, steps: Iterable[Step], undo: Act | None = None
    ) -> None:
        self._find = find
        self._schedule = schedule
        self._steps = deque(sorted(steps, key=lambda step: step.after))
        self._undo = undo

    def go_on(self) -> None:
        """Wake up for the next step; asked for again when the task is resumed."""
        due = self._next()
        if due != NEVER:
            self._schedule.at(due, self._run)

    def stop(self, at: datetime) -> None:
        """The task is cancelled: what it left half done is put in order."""
        self._steps.clear()
        if self._undo is not None:
            self._undo(at)

    def _run(self, at: datetime) -> None:
        # A wake-up that was asked for before a pause comes too early, and finds nothing to do.
        while self._next() <= at:
            self._steps.popleft().act(at)
        self.go_on()

    def _next(self) -> datetime:
        task = self._find()
        if not self._steps or task.failure is not None:
            return NEVER
        return task.moment(self._steps[0].after)
