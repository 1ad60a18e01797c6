"""What services and tools ask of a cluster's Prometheus."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from ack_mcp_server.errors import DeadlineExceeded, Forbidden, InvalidInput, NotFound, Unauthenticated
from ack_mcp_server.services.http.pools import Reply
from ack_mcp_server.services.prometheus.connections import Connections
from ack_mcp_server.services.prometheus.endpoint import Endpoint, Endpoints
from ack_mcp_server.services.prometheus.reading import read_names, read_result, unexpected
from ack_mcp_server.services.prometheus.refusals import refusal
from ack_mcp_server.services.prometheus.values import Matrix, Result, Vector
from ack_mcp_server.services.prometheus.windows import MOST_POINTS
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.slots import Busy, Slots
from ack_mcp_server.settings import Settings

QUERIES = 32  # at once
QUERIES_OF_A_KEY = QUERIES // 4
LARGE_BYTES = 256 * 1024  # of an answer; it is read in a thread, because more would hold the loop
_NAMES = "label/__name__/values"
_READERS = 2  # large answers that are read at once: each holds its body and its values

T = TypeVar("T")


@dataclass
class Metrics:
    """Lives as long as the event loop that serves. Queries are sent as they are: `promql.checked` judges them."""

    settings: Settings
    endpoints: Endpoints = field(init=False)
    _connections: Connections = field(default_factory=Connections, init=False)
    _slots: Slots = field(init=False)
    _readers: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.endpoints = Endpoints(self.settings)
        self._slots = Slots(QUERIES, QUERIES_OF_A_KEY)
        self._readers = asyncio.Semaphore(_READERS)

    def deadline(self) -> float:
        """For queries that begin now and belong together, on the monotonic clock."""
        return time.monotonic() + self.settings.api_timeout

    async def endpoint(self, reach: Reach, cluster_id: str, deadline: float | None = None) -> Endpoint:
        """The Prometheus of a cluster; empty means the only one. Raises AckError."""
        return await self.endpoints.of(reach, cluster_id, deadline)

    async def instant(
        self, reach: Reach, cluster_id: str, promql: str, at: datetime | None = None, deadline: float | None = None
    ) -> Vector:
        """The value of each series at a moment (default: now by Prometheus's clock). Raises AckError."""
        until = self.deadline() if deadline is None else deadline
        endpoint = await self.endpoint(reach, cluster_id, until)
        result = await self.ask(endpoint, promql, at=at, deadline=until)
        if isinstance(result, Vector):
            return result
        raise InvalidInput("the query has no value for each series", next_step="Leave out its range, or its quotes.")

    async def range(
        self,
        reach: Reach,
        cluster_id: str,
        promql: str,
        start: datetime,
        end: datetime,
        step_s: float,
        deadline: float | None = None,
    ) -> Matrix:
        """The values of each series from start to end. Raises AckError."""
        until = self.deadline() if deadline is None else deadline
        endpoint = await self.endpoint(reach, cluster_id, until)
        return await self.ask_range(endpoint, promql, start, end, step_s, until)

    async def ask(
        self, endpoint: Endpoint, promql: str, *, at: datetime | None = None, deadline: float | None = None
    ) -> Result:
        """Any expression at a moment. Raises AckError."""
        form = {"query": promql, **({"time": _seconds(at)} if at else {})}
        return await self._asked(endpoint, "query", form, 0, deadline)

    async def ask_range(
        self,
        endpoint: Endpoint,
        promql: str,
        start: datetime,
        end: datetime,
        step_s: float,
        deadline: float | None = None,
    ) -> Matrix:
        """Raises AckError."""
        if step_s <= 0 or (end - start).total_seconds() / step_s + 1 > MOST_POINTS:
            raise InvalidInput(f"a step of {step_s:g} s does not fit the time", next_step="Use a larger step.")
        form = {"query": promql, "start": _seconds(start), "end": _seconds(end), "step": f"{step_s:g}"}
        result = await self._asked(endpoint, "query_range", form, step_s, deadline)
        if isinstance(result, Matrix):
            return result
        raise unexpected("it answered a range query with something else")

    async def _asked(
        self, endpoint: Endpoint, name: str, form: Mapping[str, str], step_s: float, deadline: float | None
    ) -> Result:
        def sent(left_s: float) -> Awaitable[Reply]:
            # Prometheus stops by itself then; otherwise it would go on for nobody.
            timed = {**form, "timeout": f"{max(left_s, 0.001):.3f}s"}
            return self._connections.post(endpoint, name, timed, left_s)

        body = await self._body(endpoint, sent, deadline)
        return await self.off_loop(lambda: read_result(body, step_s), large=len(body) > LARGE_BYTES)

    async def names(
        self, endpoint: Endpoint, start: datetime, end: datetime, within: str = "", deadline: float | None = None
    ) -> tuple[str, ...]:
        """Of all metrics that had samples then; `within` is a matcher of their series. Raises AckError."""
        match = {"match[]": f"{{{within}}}"} if within else {}
        query = {"start": _seconds(start), "end": _seconds(end), **match}
        body = await self._body(
            endpoint, lambda left_s: self._connections.get(endpoint, _NAMES, query, left_s), deadline
        )
        return await self.off_loop(lambda: read_names(body), large=len(body) > LARGE_BYTES)

    async def _body(
        self, endpoint: Endpoint, sent: Callable[[float], Awaitable[Reply]], deadline: float | None
    ) -> bytes:
        """Of an answer with status 200. `sent` takes how long it may last, in seconds."""
        until = self.deadline() if deadline is None else deadline
        give_back = await self._place(endpoint, until)
        try:
            reply = await sent(_left(until))
        finally:
            give_back()
        if reply.status != 200:
            error = refusal(endpoint, reply)
            if isinstance(error, (Unauthenticated, Forbidden, NotFound)):
                self.endpoints.forget(endpoint)
            raise error
        return reply.body

    async def _place(self, endpoint: Endpoint, until: float) -> Callable[[], None]:
        """Waits for half of the time at most. Raises Busy."""
        try:
            async with asyncio.timeout(_left(until) / 2):
                return await self._slots.take(endpoint.asker)
        except TimeoutError:
            raise Busy(
                f"this server is busy: {QUERIES} queries run at once, {QUERIES_OF_A_KEY} of one key",
                next_step="Wait for the other queries to end, then try again with fewer at once.",
            ) from None

    async def off_loop(self, work: Callable[[], T], *, large: bool) -> T:
        """In a thread where it is large, so that nobody else waits for it."""
        if not large:
            return work()
        async with self._readers:
            return await asyncio.to_thread(work)

    async def close(self) -> None:
        await self._connections.close()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise DeadlineExceeded("no time was left to ask Prometheus", next_step="Try again.")
    return left


def _seconds(moment: datetime) -> str:
    return f"{moment.timestamp():.3f}"
