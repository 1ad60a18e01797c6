"""HTTP to backends: pooled per address and credential; bounded answers, no redirects, cookies or proxies. Nothing
of an address but its host, and nothing of a credential, gets into an error."""

import asyncio
import hashlib
import os
import ssl
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from cachetools import LRUCache
from yarl import URL

from ack_mcp_server.errors import AckError, DeadlineExceeded, TooLarge, Unavailable
from ack_mcp_server.services.http.library import loaded

if TYPE_CHECKING:
    import aiohttp

CONNECTIONS = 8  # to one backend, of one identity
POOLS = 64
MAX_BYTES = 16 * 1024 * 1024  # of one answer, unpacked
CLOSED_AFTER_S = 120  # a pool that was replaced may still serve a request
_KEEP_ALIVE_S = 60
_CONNECT_S = 10
_HEAD_BYTES = 32 * 1024
_CHUNK = 256 * 1024

T = TypeVar("T")


@dataclass(frozen=True)
class Words:
    """How errors speak of a backend: `told` names it with its cluster and host, the others are next steps."""

    name: str
    told: str
    too_large: str
    too_slow: str
    unreachable: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """`asker` is the fingerprint of who asks: connections are shared with nobody else. A form makes it a POST."""

    url: URL
    asker: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    retry_after: str
    body: bytes


@dataclass
class Pools:
    """Lives as long as the event loop that serves."""

    _open: "LRUCache[str, aiohttp.ClientSession]" = field(default_factory=lambda: LRUCache(POOLS))
    _leaving: "set[aiohttp.ClientSession]" = field(default_factory=set)

    async def send(self, request: Request, words: Words) -> Reply:
        """Every status is a reply. Raises TooLarge, and what aiohttp raises: `within` makes errors of it."""
        await loaded()
        method = "GET" if request.form is None else "POST"
        async with self._session(request).request(
            method, request.url, data=request.form, headers=request.headers, allow_redirects=False
        ) as answer:
            body = await _whole(answer, words)
            return Reply(answer.status, answer.content_type, answer.headers.get("Retry-After", ""), body)

    def _session(self, request: Request) -> "aiohttp.ClientSession":
        key = _digest(request)
        session: aiohttp.ClientSession | None = self._open.get(key)
        if session is None:
            if len(self._open) >= POOLS:
                self._let_go(self._open.popitem()[1])
            self._open[key] = session = _session()
        return session

    def _let_go(self, session: "aiohttp.ClientSession") -> None:
        self._leaving.add(session)
        loop = asyncio.get_running_loop()
        loop.call_later(CLOSED_AFTER_S, lambda: loop.create_task(self._close(session)))

    async def _close(self, session: "aiohttp.ClientSession") -> None:
        self._leaving.discard(session)
        await session.close()

    async def close(self) -> None:
        for session in [*self._open.values(), *self._leaving]:
            await session.close()


async def within(timeout_s: float, sent: Awaitable[T], words: Words) -> T:
    """Raises Unavailable, DeadlineExceeded and TooLarge for a request that fails on its way."""
    await loaded()
    import aiohttp

    try:
        async with asyncio.timeout(timeout_s):
            return await sent
    except AckError:
        raise
    except aiohttp.ServerTimeoutError as exc:  # a TimeoutError, too
        raise _unreachable(words, exc) from None
    except TimeoutError:
        raise DeadlineExceeded(
            f"{words.name} gave no whole answer within {timeout_s:.3g} s", next_step=words.too_slow
        ) from None
    except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError) as exc:
        # Their text and their causes hold the URL.
        raise _unreachable(words, exc) from None


def _session() -> "aiohttp.ClientSession":
    import aiohttp

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=_KEEP_ALIVE_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
        headers={"User-Agent": "ack-mcp-server", "Accept": "application/json", "Accept-Encoding": "gzip"},
        max_line_size=_HEAD_BYTES,
        max_field_size=_HEAD_BYTES,
        trust_env=False,
    )


def _digest(request: Request) -> str:
    parts = [request.asker, str(request.url.origin()), *request.headers.values()]
    return hashlib.sha256("\0".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


async def _whole(answer: "aiohttp.ClientResponse", words: Words) -> bytes:
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise TooLarge(
                f"the answer of {words.name} is larger than {MAX_BYTES >> 20} MiB", next_step=words.too_large
            )
    return bytes(data)


def _unreachable(words: Words, exc: Exception) -> Unavailable:
    import aiohttp

    if isinstance(exc, (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError)):
        why = "its certificate is not trusted"
    elif isinstance(exc, aiohttp.ClientPayloadError):
        why = "its answer ended half-way"
    elif isinstance(exc, OSError) and exc.errno and exc.errno > 0:
        why = os.strerror(exc.errno)
    else:
        why = type(exc).__name__
    return Unavailable(f"{words.told} could not be asked: {why}", next_step=words.unreachable)
