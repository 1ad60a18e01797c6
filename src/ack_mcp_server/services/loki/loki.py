"""What is asked of a Loki, within bounds of time, bytes and requests at once."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ack_mcp_server.errors import DeadlineExceeded
from ack_mcp_server.services.http.pools import Pools, Reply, Request, Words, within
from ack_mcp_server.services.loki.endpoint import Endpoint
from ack_mcp_server.services.loki.reading import Line, read_lines, read_names
from ack_mcp_server.services.loki.refusals import refusal
from ack_mcp_server.services.loki.span import Span
from ack_mcp_server.services.slots import Busy, Slots

SEARCHES = 16  # at once
SEARCHES_OF_A_KEY = SEARCHES // 2
_READERS = 2  # large answers that are read at once: each holds its body and its lines
LARGE_BYTES = 256 * 1024  # of an answer; it is read in a thread, because more would hold the loop
# Labels that a parser made of a line are kept apart from those of its stream, by a Loki that can.
_APART = {"X-Loki-Response-Encoding-Flags": "categorize-labels"}


@dataclass
class Loki:
    """Lives as long as the event loop that serves."""

    timeout_s: float
    _pools: Pools = field(default_factory=Pools)
    _slots: Slots = field(default_factory=lambda: Slots(SEARCHES, SEARCHES_OF_A_KEY))
    _readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_READERS))

    def deadline(self) -> float:
        """For requests that begin now and belong together, on the monotonic clock."""
        return time.monotonic() + self.timeout_s

    async def newest(self, endpoint: Endpoint, query: str, span: Span, limit: int, deadline: float) -> list[Line]:
        """The newest lines, newest first. Raises AckError."""
        asked = {"query": query, "limit": str(limit), "direction": "backward", **_times(span)}
        body = await self._asked(endpoint, "query_range", asked, deadline)
        if len(body) <= LARGE_BYTES:
            return read_lines(body)
        async with self._readers:
            return await asyncio.to_thread(read_lines, body)

    async def labels(self, endpoint: Endpoint, span: Span, deadline: float) -> tuple[str, ...]:
        """Their names. Raises AckError."""
        return read_names(await self._asked(endpoint, "labels", _times(span), deadline))

    async def values(self, endpoint: Endpoint, label: str, span: Span, deadline: float) -> tuple[str, ...]:
        """Of one label, whose name is one. Raises AckError."""
        return read_names(await self._asked(endpoint, f"label/{label}/values", _times(span), deadline))

    async def _asked(self, endpoint: Endpoint, name: str, asked: Mapping[str, str], deadline: float) -> bytes:
        give_back = await self._place(endpoint, deadline)
        try:
            reply = await self._sent(endpoint, name, asked, _left(deadline))
        finally:
            give_back()
        if reply.status != 200:
            raise refusal(endpoint, reply)
        return reply.body

    async def _sent(self, endpoint: Endpoint, name: str, asked: Mapping[str, str], timeout_s: float) -> Reply:
        url = endpoint.address.under(f"loki/api/v1/{name}").with_query(asked)
        request = Request(url=url, asker=endpoint.asker, headers={**_APART, **endpoint.headers})
        words = _words(endpoint)
        return await within(timeout_s, self._pools.send(request, words), words)

    async def _place(self, endpoint: Endpoint, deadline: float) -> Callable[[], None]:
        """Waits for half of the time at most. Raises Busy."""
        try:
            async with asyncio.timeout(_left(deadline) / 2):
                return await self._slots.take(endpoint.asker)
        except TimeoutError:
            raise Busy(
                f"this server is busy: {SEARCHES} searches run at once, {SEARCHES_OF_A_KEY} of one key",
                next_step="Wait for the other searches to end, then try again with fewer at once.",
            ) from None

    async def close(self) -> None:
        await self._pools.close()


def _times(span: Span) -> Mapping[str, str]:
    return {"start": str(span.since), "end": str(span.until)}


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise DeadlineExceeded("no time was left to ask Loki", next_step="Try again.")
    return left


def _words(endpoint: Endpoint) -> Words:
    return Words(
        name="Loki",
        told=f"{endpoint.told} at {endpoint.address.host}",
        too_large="Search a shorter time, with a narrower selector, or for fewer lines (limit).",
        too_slow="Search a shorter time, or with a narrower selector; API_TIMEOUT sets the limit.",
        unreachable="An operator checks LOKI_URL and the network.",
    )
