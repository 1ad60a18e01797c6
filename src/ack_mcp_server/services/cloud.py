"""The edge to the Alibaba Cloud APIs: the real SDK, called in bounded threads, under one deadline.

`CloudEdge.read` repeats a read that was throttled or not answered; nothing else is ever sent twice.
"""

import asyncio
import contextvars
import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import anyio

from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.auth.resolve import Principal
from ack_mcp_server.errors import AckError, ConfigurationError, DeadlineExceeded, Throttled, Unavailable
from ack_mcp_server.services.attempt import Attempt, current_attempt
from ack_mcp_server.services.cloud_errors import Request, from_sdk
from ack_mcp_server.settings import Settings

WORKERS = 32  # threads; each holds one blocking SDK call
READ_ATTEMPTS = 3
BACKOFF_S = 0.2  # doubled each time, with full jitter
CONNECT_MS = 5_000
READ_MARGIN_MS = 1_000  # beyond the deadline, so that it is the deadline that ends a slow call
ABORT_GRACE_S = 2  # an aborted call's thread ends within milliseconds; this only bounds the wait

CENTRE = ""  # the region-less endpoint, which knows the clusters of all regions

Body = dict[str, Any]
Call = Callable[[Any, Any], Any]
"""One SDK method on a client with runtime options; both are untyped in the SDK."""
R = TypeVar("R")


@dataclass(frozen=True)
class Endpoint:
    """Where an API is; an empty host leaves it to the SDK's own table of regions."""

    protocol: str = "HTTPS"
    host: str = ""


def parse_endpoint(text: str, *, variable: str) -> Endpoint:
    """An operator's `http(s)://host:port`. Raises ConfigurationError."""
    if not text:
        return Endpoint()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ConfigurationError(f"{variable} is not an endpoint", next_step=f"Set {variable} to http(s)://host:port.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Endpoint(protocol=parts.scheme.upper(), host=f"{host}:{port}" if port else host)


@dataclass
class CloudEdge:
    """Lives as long as the server: a pool of threads and the settings of every call."""

    settings: Settings
    jitter: Callable[[], float] = random.random
    _pool: ThreadPoolExecutor = field(init=False)
    _cs: Endpoint = field(init=False)

    def __post_init__(self) -> None:
        self._cs = parse_endpoint(self.settings.cs_endpoint, variable="CS_ENDPOINT")
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="alibaba-cloud")
        self._free = asyncio.Semaphore(WORKERS)

    async def read(self, request: Request, principal: Principal, call: Call) -> Body:
        """The body of a CS read, as wire names. `call(client, runtime)` is one SDK method. Raises AckError."""
        deadline = time.monotonic() + self.settings.api_timeout
        for attempt in range(1, READ_ATTEMPTS + 1):
            try:
                return await self._once(request, principal, call, deadline)
            except (Throttled, Unavailable) as exc:
                delay = self._delay(exc, attempt)
                if attempt == READ_ATTEMPTS or time.monotonic() + delay >= deadline:
                    raise
                await asyncio.sleep(delay)
        raise AssertionError("the last attempt returns or raises")

    def _delay(self, exc: AckError, attempt: int) -> float:
        if isinstance(exc, Throttled) and exc.retry_after_s is not None:
            return exc.retry_after_s
        return float(BACKOFF_S * 2 ** (attempt - 1)) * self.jitter()

    async def _once(self, request: Request, principal: Principal, call: Call, deadline: float) -> Body:
        attempt = Attempt()
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + deadline - time.monotonic()):
                async with self._free:
                    return await self._in_thread(
                        attempt, lambda: self._send(request, principal, call, attempt, deadline)
                    )
        except TimeoutError as exc:
            raise DeadlineExceeded(
                f"{request.action} gave no whole answer within {self.settings.api_timeout:g} s",
                next_step="Try again; if it lasts, the API or the network to it is slow (API_TIMEOUT sets the limit).",
            ) from exc

    async def _in_thread(self, attempt: Attempt, work: Callable[[], R]) -> R:
        context = contextvars.copy_context()
        future = asyncio.get_running_loop().run_in_executor(self._pool, context.run, work)
        try:
            return await asyncio.shield(future)
        except (TimeoutError, asyncio.CancelledError):
            attempt.abort()
            future.add_done_callback(_look_at)
            # Shielded, because the framework cancels again and again until its scope is left.
            with anyio.move_on_after(ABORT_GRACE_S, shield=True):
                await asyncio.wait([future])
            raise

    def _send(
        self,
        request: Request,
        principal: Principal,
        call: Call,
        attempt: Attempt,
        deadline: float,
    ) -> Body:
        from darabonba.runtime import RuntimeOptions

        current_attempt.set(attempt)
        left_ms = max(1, int((deadline - time.monotonic()) * 1000))
        try:
            runtime = RuntimeOptions(connect_timeout=min(CONNECT_MS, left_ms), read_timeout=left_ms + READ_MARGIN_MS)
            call(cs_client(principal.credentials, request.region, self._cs), runtime)
            if attempt.status >= 300:
                raise TypeError("a redirect that happens to hold JSON is no answer")
            return _body(attempt)
        except Exception as exc:
            error = from_sdk(exc, request, attempt)
            raise (
                TimeoutError() if isinstance(error, Unavailable) and time.monotonic() >= deadline else error
            ) from exc

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _look_at(future: "asyncio.Future[Any]") -> None:
    """Nobody waits for this outcome; a look keeps asyncio from reporting it as lost."""
    if not future.cancelled():
        future.exception()


def _body(attempt: Attempt) -> Body:
    """The answer as it came. The SDK's models drop what they do not know, and show a null or missing list as empty."""
    body = json.loads(attempt.body)
    if not isinstance(body, dict):
        raise TypeError("the body is not an object")
    return body


def cs_client(credentials: Credentials, region: str, endpoint: Endpoint) -> Any:
    """A client costs microseconds; connections are kept below it, per host."""
    from alibabacloud_cs20151215.client import Client
    from alibabacloud_tea_openapi.utils_models import Config

    from ack_mcp_server.sdk_logging import quiet
    from ack_mcp_server.services import transport

    quiet()
    transport.install()
    host = endpoint.host or ("" if region else "cs.aliyuncs.com")
    return Client(
        Config(
            access_key_id=credentials.access_key_id,
            access_key_secret=credentials.access_key_secret,
            security_token=credentials.security_token or None,
            region_id=region or None,
            endpoint=host or None,
            protocol=endpoint.protocol,
        )
    )
