"""The edge to the Alibaba Cloud APIs: the real SDK, called in bounded threads, under one deadline.

`CloudEdge.read` repeats a read that was throttled or not answered; nothing else is ever sent twice (`change`).
"""

import asyncio
import contextvars
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import anyio
import orjson
from pydantic import BaseModel

from ack_mcp_server.auth.resolve import Principal
from ack_mcp_server.errors import AckError, DeadlineExceeded, Throttled, Unavailable
from ack_mcp_server.services.attempt import Attempt, current_attempt
from ack_mcp_server.services.clients import Clients
from ack_mcp_server.services.cloud_errors import Request, from_sdk
from ack_mcp_server.services.slots import Busy, Slots
from ack_mcp_server.services.wire import parse
from ack_mcp_server.settings import Settings

WORKERS = 32  # threads; each holds one blocking SDK call
WORKERS_OF_A_KEY = WORKERS // 4
READ_ATTEMPTS = 3
BACKOFF_S = 0.2  # doubled each time, with full jitter
CONNECT_MS = 5_000
READ_MARGIN_MS = 1_000  # beyond the deadline, so that it is the deadline that ends a slow call
ABORT_GRACE_S = 2  # an aborted call's thread ends within milliseconds; this only bounds the wait

BARE_LIST = "items"  # under which a body is given that is a list alone


class PlainText(BaseModel):
    """An answer that is text, or one text of JSON."""

    text: str


Call = Callable[[Any, Any], Any]
"""One SDK method on a client with runtime options; both are untyped in the SDK."""
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class _Asked(Generic[M]):
    """One read: what, by whom, how, as what, and until when (on the monotonic clock)."""

    request: Request
    principal: Principal
    call: Call
    model: type[M]
    deadline: float


@dataclass
class CloudEdge:
    """Lives as long as the server: a pool of threads and the settings of every call."""

    settings: Settings
    jitter: Callable[[], float] = random.random
    _pool: ThreadPoolExecutor = field(init=False)
    _slots: Slots = field(init=False)
    _clients: Clients = field(init=False)

    def __post_init__(self) -> None:
        self._clients = Clients.of(self.settings)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="alibaba-cloud")
        self._slots = Slots(WORKERS, WORKERS_OF_A_KEY)

    def deadline(self) -> float:
        """For reads that begin now and belong together, on the monotonic clock."""
        return time.monotonic() + self.settings.api_timeout

    async def read(
        self, request: Request, principal: Principal, call: Call, model: type[M], deadline: float | None = None
    ) -> M:
        """The answer to a read. `call(client, runtime)` is one SDK method. Raises AckError."""
        asked = _Asked(request, principal, call, model, self.deadline() if deadline is None else deadline)
        for attempt in range(1, READ_ATTEMPTS + 1):
            try:
                return await self._once(asked)
            except (Throttled, Unavailable) as exc:
                delay = self._delay(exc, attempt)
                no_time = isinstance(exc, Busy) or time.monotonic() + delay >= asked.deadline
                if attempt == READ_ATTEMPTS or no_time:
                    raise
                await asyncio.sleep(delay)
        raise AssertionError("the last attempt returns or raises")

    async def change(
        self, request: Request, principal: Principal, call: Call, model: type[M], deadline: float | None = None
    ) -> M:
        """The answer to what changes or begins something: sent once. Raises AckError; Unavailable, DeadlineExceeded
        and UnexpectedAnswer leave open whether it was done."""
        return await self._once(
            _Asked(request, principal, call, model, self.deadline() if deadline is None else deadline)
        )

    def _delay(self, exc: AckError, attempt: int) -> float:
        if isinstance(exc, Throttled) and exc.retry_after_s is not None:
            return exc.retry_after_s
        return float(BACKOFF_S * 2 ** (attempt - 1)) * self.jitter()

    async def _once(self, asked: _Asked[M]) -> M:
        give_back = await self._place(asked)
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + asked.deadline - time.monotonic()):
                return await self._in_thread(asked, give_back)
        except TimeoutError as exc:
            raise DeadlineExceeded(
                f"{asked.request.action} gave no whole answer within {self.settings.api_timeout:g} s",
                next_step="Try again; if it lasts, the API or the network to it is slow (API_TIMEOUT sets the limit).",
            ) from exc

    async def _place(self, asked: _Asked[M]) -> Callable[[], None]:
        """Waits for half of the time at most, so that what is sent has time to be answered. Raises Busy."""
        wait_s = max(0.0, asked.deadline - time.monotonic()) / 2
        try:
            async with asyncio.timeout(wait_s):
                return await self._slots.take(asked.principal.credentials.fingerprint)
        except TimeoutError as exc:
            raise Busy(
                f"this server is busy: {asked.request.action} found no free place within {wait_s:.2g} s and was not "
                f"sent ({WORKERS} calls run at once, {WORKERS_OF_A_KEY} of one key)",
                next_step="Wait for the other calls to end, then try again with fewer at once.",
            ) from exc

    async def _in_thread(self, asked: _Asked[M], give_back: Callable[[], None]) -> M:
        attempt = Attempt()
        context = contextvars.copy_context()
        future = asyncio.get_running_loop().run_in_executor(self._pool, lambda: context.run(self._send, asked, attempt))
        # By the thread's own end: a caller who leaves sooner leaves the thread behind, and the slot with it.
        future.add_done_callback(lambda _: give_back())
        try:
            return await asyncio.shield(future)
        except (TimeoutError, asyncio.CancelledError):
            attempt.abort()
            future.add_done_callback(_look_at)
            # Shielded, because the framework cancels again and again until its scope is left.
            with anyio.move_on_after(ABORT_GRACE_S, shield=True):
                await asyncio.wait([future])
            raise

    def _send(self, asked: _Asked[M], attempt: Attempt) -> M:
        from darabonba.runtime import RuntimeOptions

        current_attempt.set(attempt)
        left_ms = max(1, int((asked.deadline - time.monotonic()) * 1000))
        try:
            runtime = RuntimeOptions(connect_timeout=min(CONNECT_MS, left_ms), read_timeout=left_ms + READ_MARGIN_MS)
            asked.call(self._client(asked), runtime)
            if attempt.status >= 300:
                raise TypeError("a redirect that happens to hold JSON is no answer")
            return parse(asked.model, _body(attempt, asked.model), asked.request)
        except Exception as exc:
            error = from_sdk(exc, asked.request, attempt)
            late = isinstance(error, Unavailable) and time.monotonic() >= asked.deadline
            raise (TimeoutError() if late else error) from exc
        finally:
            attempt.let_go()

    def _client(self, asked: _Asked[M]) -> Any:
        return self._clients.client(asked.request.service, asked.principal.credentials, asked.request.region)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _look_at(future: "asyncio.Future[Any]") -> None:
    """Nobody waits for this outcome; a look keeps asyncio from reporting it as lost."""
    if not future.cancelled():
        future.exception()


def _body(attempt: Attempt, model: type[BaseModel]) -> dict[str, Any]:
    """The answer as it came. The SDK's models drop what they do not know, and show a null or missing list as empty."""
    if model is PlainText:
        return {"text": _text(attempt.body)}
    body = orjson.loads(attempt.body)
    if isinstance(body, list):
        return {BARE_LIST: body}
    if not isinstance(body, dict):
        raise TypeError("the body is not an object")
    return body


def _text(body: bytes) -> str:
    text = body.decode(errors="replace")
    try:
        found = orjson.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, str) else text
