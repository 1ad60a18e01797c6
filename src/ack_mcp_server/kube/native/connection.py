"""Pooled HTTPS connections to one API server with one identity: bounded answers, no redirects, no cookies, no proxy."""

import asyncio
import base64
import binascii
import os
import re
import ssl
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from yarl import URL

from ack_mcp_server.errors import ConfigurationError, TooLarge, Unavailable
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.native.refusal import Refusal, refusal_of
from ack_mcp_server.kube.printing.errors import NotUnderstood

if TYPE_CHECKING:
    import aiohttp

# As kubectl sees it: `..` would lead to another path, and a slash or percent sign in a name may be read as two things.
_NO_SEGMENT = re.compile(r"/\.\.?(?:/|$)|%2[Ff5]")
CONNECTIONS = 32  # to one API server, of one identity
KEEP_ALIVE_S = 60
CONNECT_S = 10
MAX_BYTES = 64 * 1024 * 1024  # of one answer; pages of 500 objects are a few megabytes
JSON = "application/json"
_ATTEMPTS = 10
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Body:
    """A whole answer that was no refusal. `warnings` are what the API server wants the user to know."""

    data: bytes
    content_type: str
    warnings: tuple[str, ...] = ()

    def parsed(self) -> Any:
        """Raises ValueError. A page of 350 pods takes 4 ms; the standard library needs 20."""
        return orjson.loads(self.data)


class Connection:
    """Made inside the running event loop; `close` when nobody uses it any more."""

    def __init__(self, kubeconfig: Kubeconfig, context: ssl.SSLContext) -> None:
        import aiohttp

        self.namespace = kubeconfig.namespace or "default"
        self.server = kubeconfig.server  # as it is written there
        self.base = URL(kubeconfig.server)
        # Of the last answer, by the API server's clock, and when it came, by the loop's. Other groups may be another
        # server's.
        self.date, self.dated = "", 0.0
        self._server_name = kubeconfig.server_name or None
        headers = {"Authorization": f"Bearer {kubeconfig.token}"} if kubeconfig.token else {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            # Deadlines are set around whole commands.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
            headers={**headers, "User-Agent": "ack-mcp-server"},
            trust_env=False,
        )

    async def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON, *, small: bool) -> Body:
        """`small`: sent plain, because packing and unpacking costs more time than a near network. A server that asks to
        wait is waited for and asked again, as client-go does; the caller's deadline bounds it.

        Raises Refusal for what the API server refused, AckError when it could not be reached or says too much.
        """
        for _ in range(_ATTEMPTS):
            try:
                async with self.streamed("GET", path, query, accept, small=small) as answer:
                    return Body(await _whole(answer), answer.content_type, _warnings(answer))
            except Refusal as exc:
                refusal = exc
                if not exc.retry_after_s:
                    raise
                await asyncio.sleep(exc.retry_after_s)
        raise refusal

    async def post(self, path: str, document: Mapping[str, Any]) -> Body:
        """For reviews, which the API server answers and does not keep. Raises as `get`."""
        async with self.streamed("POST", path, None, JSON, small=True, body=document) as answer:
            return Body(await _whole(answer), answer.content_type, _warnings(answer))

    @asynccontextmanager
    async def streamed(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        accept: str,
        *,
        small: bool,
        body: Mapping[str, Any] | None = None,
    ) -> "AsyncIterator[aiohttp.ClientResponse]":
        """The answer's head; its body is read by the caller. Raises as `get`."""
        import aiohttp

        headers = {"Accept": accept, "Accept-Encoding": "identity" if small else "gzip"}
        try:
            async with self._session.request(
                method,
                self._url(path, query),
                headers=headers,
                json=body,
                allow_redirects=False,
                server_hostname=self._server_name,
            ) as answer:
                if path.startswith("/api/"):
                    self.date, self.dated = answer.headers.get("Date", ""), asyncio.get_running_loop().time()
                if answer.status >= 300:
                    raise refusal_of(answer.status, await _whole(answer), answer.headers.get("Retry-After", ""))
                yield answer
        except (Refusal, TooLarge):
            raise
        except (aiohttp.ClientError, ssl.SSLError, OSError) as exc:
            raise self._unreachable(exc) from exc

    def _url(self, path: str, query: Mapping[str, str] | None) -> URL:
        """`path` comes quoted, segment by segment; a prefix that the server's address has stays before it."""
        if _NO_SEGMENT.search(path):
            raise NotUnderstood("a name or a namespace that cannot stand in a path")
        whole = URL(self.base.raw_path.rstrip("/") + path, encoded=True)
        return self.base.join(whole).with_query(query or None)

    def _unreachable(self, exc: Exception) -> Unavailable:
        import aiohttp

        certificate = isinstance(exc, (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError))
        why = "its certificate is not the one that the kubeconfig trusts" if certificate else _short(exc)
        return Unavailable(
            f"the API server {self.base.host} could not be reached: {why}",
            next_step="Check its endpoint, the network and its certificate; try again in a while.",
        )

    async def close(self) -> None:
        await self._session.close()


def tls_context(kubeconfig: Kubeconfig) -> ssl.SSLContext:
    """Blocks on files. Raises ConfigurationError for certificates that cannot be read."""
    try:
        authority = base64.b64decode(kubeconfig.certificate_authority_data).decode() or None
        context = ssl.create_default_context(cadata=authority)
        # Strictness that OpenSSL and Go do not share: kubectl takes API servers' certificates without these extensions.
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        if kubeconfig.insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if kubeconfig.client_certificate_data:
            _load_pair(context, kubeconfig)
    except (binascii.Error, UnicodeDecodeError, ssl.SSLError, ValueError, OSError):
        raise ConfigurationError(
            "the certificates of the kubeconfig cannot be read",
            next_step="Fetch the kubeconfig anew and see whether it is whole.",
        ) from None
    return context


def _load_pair(context: ssl.SSLContext, kubeconfig: Kubeconfig) -> None:
    """OpenSSL reads keys from files only: one in a private directory, for as long as it reads."""
    with tempfile.TemporaryDirectory() as directory:
        pair = Path(directory) / "pair"
        pair.touch(0o600)
        key = base64.b64decode(kubeconfig.client_key_data)
        pair.write_bytes(base64.b64decode(kubeconfig.client_certificate_data) + b"\n" + key)
        context.load_cert_chain(pair, password="")


async def _whole(answer: "aiohttp.ClientResponse") -> bytes:
    if (
        answer.content_length is not None
        and answer.content_length <= MAX_BYTES
        and not answer.headers.get("Content-Encoding")
    ):
        return await answer.read()
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise TooLarge(
                f"one answer of the API server is larger than {MAX_BYTES // 1024 // 1024} MiB",
                next_step="Narrow it with a namespace, a name or -l.",
            )
    return bytes(data)


def _warnings(answer: "aiohttp.ClientResponse") -> tuple[str, ...]:
    """`Warning: 299 - "text"`, with the text in quotes (RFC 7234)."""
    texts = (value.partition('"')[2].rpartition('"')[0] for value in answer.headers.getall("Warning", ()))
    return tuple(text.replace('\\"', '"').replace("\\\\", "\\") for text in texts if text)


def _short(exc: Exception) -> str:
    number = exc.errno if isinstance(exc, OSError) else None
    if number:
        return os.strerror(number)
    return {
        "ServerDisconnectedError": "it ended the connection",
        "ClientPayloadError": "its answer ended half-way",
        "ServerTimeoutError": "it did not take the connection in time",
        "ConnectionTimeoutError": "it did not take the connection in time",
    }.get(type(exc).__name__, type(exc).__name__)
