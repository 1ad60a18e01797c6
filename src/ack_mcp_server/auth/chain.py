"""The SDK's default credential chain (environment, RRSA/OIDC, profile files, ECS role), resolved off the loop.

A result is asked for again every minute, so the provider can refresh it well before it expires (it does so 15 minutes
early). A failure is remembered as long: without an ECS role each look costs a two-second metadata probe.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.errors import Unauthenticated
from ack_mcp_server.key_families import is_sendable

KEEP_S = 60
RESOLVE_S = 20  # metadata, OIDC and STS each have shorter limits of their own

_WITH_REQUEST = "X-Aliyun-Access-Key-Id and X-Aliyun-Access-Key-Secret with each HTTP request"
SEND_KEY = f"Send {_WITH_REQUEST}."
NEXT_STEP = (
    "Set ACCESS_KEY_ID and ACCESS_KEY_SECRET (or ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET) for "
    f"the server, or send {_WITH_REQUEST}."
)


class _Model(Protocol):
    access_key_id: str | None
    access_key_secret: str | None
    security_token: str | None


class _Provider(Protocol):
    def get_credential(self) -> _Model: ...


def sdk_provider() -> _Provider:
    """One per process: a provider may keep a refresh thread."""
    from alibabacloud_credentials.client import Client

    from ack_mcp_server.sdk_logging import quiet

    quiet()
    provider: _Provider = Client()
    return provider


class CredentialChain:
    """Answers with credentials or raises Unauthenticated.

    A look-up is nobody's own: callers wait for it together, and it goes on when they leave. There is one thread for it,
    and no second look-up while that thread is at work.
    """

    def __init__(
        self, make_provider: Callable[[], _Provider] = sdk_provider, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make_provider = make_provider
        self._provider: _Provider | None = None
        self._clock = clock
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="credential-chain")
        self._in_thread: asyncio.Future[Credentials] | None = None
        self._look: asyncio.Task[None] | None = None
        self._known: Credentials | None = None
        self._failure = ""
        self._looked_at: float | None = None

    async def credentials(self) -> Credentials:
        if self._looked_at is None or self._clock() - self._looked_at >= KEEP_S:
            if self._look is None or self._look.done():
                self._look = asyncio.create_task(self._look_up())
            await asyncio.shield(self._look)
        if self._known is None:
            raise Unauthenticated(f"no Alibaba Cloud credentials: {self._failure}", next_step=NEXT_STEP)
        return self._known

    def close(self) -> None:
        if self._look is not None:
            self._look.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_up(self) -> None:
        if self._in_thread is None:
            self._in_thread = asyncio.get_running_loop().run_in_executor(self._threads, self._resolve)
            self._in_thread.add_done_callback(self._found)
        done, _ = await asyncio.wait([self._in_thread], timeout=RESOLVE_S)
        if not done:
            self._remember(None, f"gave no answer within {RESOLVE_S} s")

    def _found(self, answer: "asyncio.Future[Credentials]") -> None:
        """Also of an answer that came too late for those who waited: it serves the next ones."""
        self._in_thread = None
        if answer.cancelled():
            return
        # Its type alone: the chain raises many, some with tokens in their text.
        if failure := answer.exception():
            self._remember(None, f"found none ({type(failure).__name__})")
        else:
            self._remember(answer.result(), "")

    def _remember(self, known: Credentials | None, failure: str) -> None:
        self._known, self._failure = known, failure and f"the default credential chain {failure}"
        self._looked_at = self._clock()

    def _resolve(self) -> Credentials:
        if self._provider is None:
            self._provider = self._make_provider()
        model = self._provider.get_credential()
        if not model.access_key_id or not model.access_key_secret:
            raise LookupError("the chain answered without a key")
        if not is_sendable(f"{model.access_key_id}{model.access_key_secret}{model.security_token or ''}"):
            raise LookupError("the chain answered with what is no key")
        return Credentials(
            access_key_id=model.access_key_id,
            access_key_secret=model.access_key_secret,
            security_token=model.security_token or "",
        )
