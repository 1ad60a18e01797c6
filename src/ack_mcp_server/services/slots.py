"""Who may use something that there are only so many of: all wait in line, and no key holds more than its part."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from ack_mcp_server.errors import Throttled


class Busy(Throttled):
    """This server's own limit. The call waited in line already, so it is not repeated."""


@dataclass
class Slots:
    total: int
    per_key: int
    _all: asyncio.Semaphore = field(init=False)
    # Weak, so that a key is forgotten with the last call that waits for or holds a slot of it.
    _of_key: WeakValueDictionary[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary, init=False)

    def __post_init__(self) -> None:
        self._all = asyncio.Semaphore(self.total)

    async def take(self, key: str) -> Callable[[], None]:
        """Waits for a slot. What is returned gives it back, and is called once."""
        part = self._of_key.setdefault(key, asyncio.Semaphore(self.per_key))
        await part.acquire()
        try:
            await self._all.acquire()
        except BaseException:
            part.release()
            raise

        def give_back() -> None:
            self._all.release()
            part.release()

        return give_back
