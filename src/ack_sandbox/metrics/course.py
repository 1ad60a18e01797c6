"""The lives of one container, worked out from what its status tells: the present one, the last, and how many before.

A container that ended again and again did so as it last did, once in each full back-off after a few quick times; that
is also how the cluster goes on by itself.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from ack_sandbox.kube.objects import Object, dig, parse_time
from ack_sandbox.metrics.spans import FOREVER, Span, Spans

BACK_OFF = 300.0
QUICK = 5
"""So many restarts come before the back-off is full."""
_QUICK_GAP = 45.0
_LONG_AGO = 400


@dataclass(frozen=True)
class Course:
    lives: Spans  # of those that can be told, the oldest first
    restarts: int
    reason: str = ""  # how the last life ended: "OOMKilled", "Error", ""
    code: int = 0
    first: float = -FOREVER  # the container was created
    starts: tuple[float, ...] = field(default=())  # of the restarts that can be told

    def restarts_at(self, seconds: float) -> float:
        return max(0, self.restarts - (len(self.starts) - bisect_right(self.starts, seconds)))

    def life_at(self, seconds: float) -> Span | None:
        index = bisect_right(self._begins, seconds) - 1
        if index < 0 or seconds >= self.lives[index][1]:
            return None
        return self.lives[index]

    def start_at(self, seconds: float) -> float:
        """When the present or latest life began."""
        index = bisect_right(self._begins, seconds) - 1
        return self._begins[max(index, 0)] if self._begins else seconds

    def ended_before(self, seconds: float) -> bool:
        """Whether a life had ended by then that is told of as the last one."""
        return bool(self.reason) and bool(self.lives) and self.lives[0][1] <= seconds

    def kills_at(self, seconds: float) -> float:
        """How often the kernel had killed it."""
        return self.restarts_at(seconds) if self.reason == "OOMKilled" else 0

    @cached_property
    def _begins(self) -> list[float]:
        return [start for start, _ in self.lives]


def course_of(status: Object, first: float) -> Course:
    """`status` is a container's; `first` is when its pod was started."""
    restarts = int(status.get("restartCount") or 0)
    present, last = _present(status), dig(status, "lastState", "terminated")
    if last is None:
        reason = dig(status, "state", "terminated", "reason", default="")
        code = dig(status, "state", "terminated", "exitCode", default=0)
        return Course(present, restarts, reason, code, first)
    ended = _span(last)
    before = _repeated(ended, restarts, first) if restarts >= QUICK else [*_earlier(ended, restarts, first), ended]
    lives = tuple(span for span in [*before, *present] if span[0] < span[1])
    starts = tuple(start for start, _ in lives if start > first + 1)[-restarts:] if restarts else ()
    return Course(lives, restarts, last.get("reason", ""), last.get("exitCode", 0), first, starts)


def _present(status: Object) -> Spans:
    if started := dig(status, "state", "running", "startedAt"):
        return ((parse_time(started).timestamp(), FOREVER),)
    ended = dig(status, "state", "terminated")
    return (_span(ended),) if ended and ended.get("startedAt") else ()


def _span(ended: Object) -> Span:
    finish = parse_time(ended["finishedAt"]).timestamp()
    return parse_time(ended.get("startedAt") or ended["finishedAt"]).timestamp(), finish


def _earlier(ended: Span, restarts: int, first: float) -> Spans:
    """The lives before the last one, of which nothing is told, as one."""
    return ((first, ended[0] - 1),) if restarts > 1 else ()


def _repeated(last: Span, restarts: int, first: float) -> list[Span]:
    """The last life and those before it, back to the long one in which all was well."""
    lived = last[1] - last[0]
    period = BACK_OFF + lived
    full = min(restarts - QUICK, _LONG_AGO)
    spans = [(last[0] - back * period, last[1] - back * period) for back in range(full, -1, -1)]
    if full == _LONG_AGO:
        return spans
    brief = min(lived, _QUICK_GAP - 5)
    quick = [spans[0][0] - _QUICK_GAP * back for back in range(QUICK - 1, 0, -1)]
    spans = [*((start, start + brief) for start in quick), *spans]
    well = (first, spans[0][0] - 10)
    return [well, *spans] if well[0] < well[1] else spans
