"""Waiting for what was begun in the cloud: a look at it now and then, until it is over or the time is up."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ack_mcp_server.errors import AckError, DeadlineExceeded, Throttled, Unavailable
from ack_mcp_server.progress import Progress
from ack_mcp_server.settings import Settings

T = TypeVar("T")

# What may be better at the next look: it says nothing of what is looked at.
PASSING = (Throttled, Unavailable, DeadlineExceeded)
LAST_LOOK_S = 5


@dataclass(frozen=True)
class Wait:
    """Looks every `interval_s` for `timeout_s` at most. `what` is told to a client that asked for progress."""

    what: str
    interval_s: float
    timeout_s: float
    progress: Progress

    @classmethod
    def of(cls, settings: Settings, what: str, progress: Progress) -> "Wait":
        return cls(what, settings.diagnose_poll_interval, settings.diagnose_timeout, progress)


@dataclass(frozen=True)
class Waited(Generic[T]):
    """`last` is None when no look succeeded; `trouble` is the error of the last look, where that one failed."""

    last: T | None
    is_over: bool
    seconds: float
    trouble: AckError | None = None


async def wait_until(look: Callable[[], Awaitable[T]], is_over: Callable[[T], bool], wait: Wait) -> Waited[T]:
    """A look that fails for a passing reason is followed by the next. Raises whatever else a look raises."""
    began = time.monotonic()
    waited: Waited[T] = Waited(None, False, 0)
    pause_s = wait.interval_s
    while (left_s := began + wait.timeout_s - time.monotonic()) > 0:
        await asyncio.sleep(min(pause_s, left_s))
        waited = await _looked(look, is_over, waited, began + wait.timeout_s)
        waited = Waited(waited.last, waited.is_over, time.monotonic() - began, waited.trouble)
        if waited.is_over:
            return waited
        await wait.progress(round(waited.seconds, 3), None, _said(wait, waited))
        pause_s = max(wait.interval_s, getattr(waited.trouble, "retry_after_s", None) or 0)
    return waited


async def _looked(
    look: Callable[[], Awaitable[T]], is_over: Callable[[T], bool], before: Waited[T], until: float
) -> Waited[T]:
    """A last look that begins when the time is nearly up is given a moment, because it most likely succeeds."""
    try:
        async with asyncio.timeout(max(until - time.monotonic(), 0) + LAST_LOOK_S):
            last = await look()
    except PASSING as exc:
        return Waited(before.last, False, 0, exc)
    except TimeoutError:
        return Waited(before.last, False, 0)
    return Waited(last, is_over(last), 0)


def _said(wait: Wait, waited: Waited[T]) -> str:
    trouble = f", the last look failed ({waited.trouble.code})" if waited.trouble else ""
    return f"{wait.what}: not over after {waited.seconds:.0f} s of at most {wait.timeout_s:g} s{trouble}"
