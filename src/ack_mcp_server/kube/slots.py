"""How many kubectl processes may run at once: each costs tens of megabytes, and no caller may take them all."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ack_mcp_server.errors import Throttled

SLOTS = 16
SLOTS_OF_ONE_CALLER = 8


class Slots:
    def __init__(self) -> None:
        self._free = asyncio.Semaphore(SLOTS)
        self._own: dict[str, asyncio.Semaphore] = {}
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def taken_by(self, caller: str, *, within_s: float) -> AsyncIterator[None]:
        """Raises Throttled when none came free in time."""
        own = self._own.setdefault(caller, asyncio.Semaphore(SLOTS_OF_ONE_CALLER))
        self._waiting[caller] += 1
        try:
            async with _acquired(own, within_s), _acquired(self._free, within_s):
                yield
        finally:
            self._waiting[caller] -= 1
            if not self._waiting[caller]:
                del self._waiting[caller], self._own[caller]


@asynccontextmanager
async def _acquired(slots: asyncio.Semaphore, within_s: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(within_s):
            await slots.acquire()
    except TimeoutError as exc:
        raise Throttled(
            "this server runs as many commands as it may", next_step="Wait for some of them to end, then try again."
        ) from exc
    try:
        yield
    finally:
        slots.release()
