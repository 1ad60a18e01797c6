"""One fetch for concurrent callers who want the same thing."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SingleFlight(Generic[K, V]):
    """All callers of a key share one task and its outcome; the task is cancelled when the last of them leaves."""

    def __init__(self) -> None:
        self._tasks: dict[K, asyncio.Task[V]] = {}
        self._waiters: dict[K, int] = {}

    async def run(self, key: K, fetch: Callable[[], Awaitable[V]]) -> V:
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(_call(fetch))
            task.add_done_callback(lambda done: self._forget(key, done))
        self._waiters[key] = self._waiters.get(key, 0) + 1
        try:
            return await asyncio.shield(task)
        finally:
            self._leave(key, task)

    def _leave(self, key: K, task: asyncio.Task[V]) -> None:
        if self._tasks.get(key) is not task:
            return
        self._waiters[key] -= 1
        if self._waiters[key] == 0 and not task.done():
            self._forget(key, task)
            task.cancel()

    def _forget(self, key: K, task: asyncio.Task[V]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key], self._waiters[key]
        if task.done() and not task.cancelled():
            task.exception()  # looked at, so that asyncio does not report it as lost when every caller left


async def _call(fetch: Callable[[], Awaitable[V]]) -> V:
    return await fetch()
