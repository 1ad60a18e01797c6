"""HTTP to a Prometheus: pooled per address and credential; bounded answers, no redirects, cookies or proxies. Nothing
of an address but its host, and nothing of a credential, gets into an error."""

import asyncio
import hashlib
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from cachetools import LRUCache

from ack_mcp_server.errors import DeadlineExceeded, TooLarge, Unavailable
from ack_mcp_server.services.prometheus.endpoint import Endpoint

CONNECTIONS = 8  # to one Prometheus, of one identity
POOLS = 64
MAX_BYTES = 16 * 1024 * 1024  # of one answer, unpacked
CLOSED_AFTER_S = 120  # a pool that was replaced may still serve a request
_KEEP_ALIVE_S = 60
_CONNECT_S = 10
_HEAD_BYTES = 32 * 1024
_CHUNK = 256 * 1024
_NARROW = "Ask for less: topk(20, …), sum by (…), a narrower selector, a shorter time or a larger step."


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    retry_after: str
    body: bytes


@dataclass
class Connections:
    """Lives as long as the event loop that serves."""

    _open: LRUCache[str, aiohttp.ClientSession] = field(default_factory=lambda: LRUCache(POOLS))
    _leaving: set[aiohttp.ClientSession] = field(default_factory=set)

    async def post(self, endpoint: Endpoint, name: str, form: Mapping[str, str], timeout_s: float) -> Reply:
        """Raises Unavailable, DeadlineExceeded and TooLarge; every status is a reply."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._post(endpoint, name, form)
        except aiohttp.ServerTimeoutError as exc:  # a TimeoutError, too
            raise _unreachable(endpoint, exc) from None
        except TimeoutError:
            raise _late(timeout_s) from None
        except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError) as exc:
            # Their text and their causes hold the URL.
            raise _unreachable(endpoint, exc) from None

    async def _post(self, endpoint: Endpoint, name: str, form: Mapping[str, str]) -> Reply:
        async with self._session(endpoint).post(
            endpoint.address.api(name), data=form, headers=endpoint.headers, allow_redirects=False
        ) as answer:
            body = await _whole(answer)
            return Reply(answer.status, answer.content_type, answer.headers.get("Retry-After", ""), body)

    def _session(self, endpoint: Endpoint) -> aiohttp.ClientSession:
        key = _digest(endpoint)
        session: aiohttp.ClientSession | None = self._open.get(key)
        if session is None:
            if len(self._open) >= POOLS:
                self._let_go(self._open.popitem()[1])
            self._open[key] = session = _session()
        return session

    def _let_go(self, session: aiohttp.ClientSession) -> None:
        self._leaving.add(session)
        loop = asyncio.get_running_loop()
        loop.call_later(CLOSED_AFTER_S, lambda: loop.create_task(self._close(session)))

    async def _close(self, session: aiohttp.ClientSession) -> None:
        self._leaving.discard(session)
        await session.close()

    async def close(self) -> None:
        for session in [*self._open.values(), *self._leaving]:
            await session.close()


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=_KEEP_ALIVE_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
        headers={"User-Agent": "ack-mcp-server", "Accept": "application/json", "Accept-Encoding": "gzip"},
        max_line_size=_HEAD_BYTES,
        max_field_size=_HEAD_BYTES,
        trust_env=False,
    )


def _digest(endpoint: Endpoint) -> str:
    parts = [endpoint.asker, str(endpoint.address.url.origin()), *endpoint.headers.values()]
    return hashlib.sha256("\0".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise TooLarge(f"the answer of Prometheus is larger than {MAX_BYTES >> 20} MiB", next_step=_NARROW)
    return bytes(data)


def _late(timeout_s: float) -> DeadlineExceeded:
    return DeadlineExceeded(
        f"Prometheus gave no whole answer within {timeout_s:.3g} s",
        next_step="Ask for fewer series, a shorter time or a larger step; API_TIMEOUT sets the limit.",
    )


def _unreachable(endpoint: Endpoint, exc: Exception) -> Unavailable:
    if isinstance(exc, (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError)):
        why = "its certificate is not trusted"
    elif isinstance(exc, aiohttp.ClientPayloadError):
        why = "its answer ended half-way"
    elif isinstance(exc, OSError) and exc.errno and exc.errno > 0:
        why = os.strerror(exc.errno)
    else:
        why = type(exc).__name__
    return Unavailable(
        f"the Prometheus of cluster {endpoint.cluster_id} at {endpoint.address.host} could not be asked: {why}",
        next_step="Check the network and the endpoint mode (ARMS_PRIVATE works within the cluster's VPC only).",
    )
