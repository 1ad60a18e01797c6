"""The transport under the Alibaba Cloud SDKs, made to keep our promises.

The SDKs send through one `requests` session per host. `install` puts a session of ours in its place which reads a
body within a byte limit, follows no redirect (the SDK's would carry the STS token to another host), uses no proxy
for loopback, and can be aborted from outside. The seam is one static method of darabonba; a contract test holds it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from cachetools import LRUCache
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url

from ack_mcp_server.hosts import is_loopback
from ack_mcp_server.services import compressed
from ack_mcp_server.services.attempt import BodyTooLarge, current_attempt

MAX_BODY_BYTES = 16 * 1024 * 1024  # the largest real answers (100 nodes a page) are below 1 MiB
_CHUNK_BYTES = 64 * 1024
_HOSTS_KEPT = 32


def _announce(connection: HTTPConnection) -> None:
    attempt = current_attempt.get()
    if attempt is not None:
        attempt.holds(connection)


def _let_go(connection: object) -> None:
    """Before it goes back to its pool, where another call takes it. One that was aborted is of no use there."""
    attempt = current_attempt.get()
    if attempt is None:
        return
    attempt.let_go()
    if attempt.aborted and isinstance(connection, HTTPConnection):
        connection.close()


@contextmanager
def _connecting(connection: HTTPConnection) -> Iterator[None]:
    """An abort finds no socket while there is none yet, so it is asked for again as soon as there is one."""
    _announce(connection)
    yield
    try:
        _announce(connection)
    except ConnectionAbortedError:
        connection.close()
        raise


class _PlainConnection(HTTPConnection):
    def connect(self) -> None:
        with _connecting(self):
            super().connect()

    def request(self, *args: Any, **kwargs: Any) -> None:
        _announce(self)
        super().request(*args, **kwargs)


class _SecureConnection(_PlainConnection, HTTPSConnection):
    """`super()` of the plain one is the secure one here."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection

    def _put_conn(self, conn: Any) -> None:
        _let_go(conn)
        super()._put_conn(conn)


class _SecurePool(_PlainPool, HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class BoundedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """SLS on loopback is reached as a proxy."""
        # urllib3 lets a proxy's connections gather what they send, which costs 40 ms a request with a body.
        options = HTTPConnection.default_socket_options
        found = super().proxy_manager_for(proxy, socket_options=options, **kwargs)
        found.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        return found

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["stream"] = True
        if is_loopback(parse_url(request.url or "").host or ""):
            kwargs["proxies"] = {}
        response = super().send(request, *args, **kwargs)
        _note(response)
        # Without the header requests sees no redirect, and the SDK reports the 3xx answer as what it is.
        response.headers.pop("Location", None)
        response._content = body = _read(response)
        response._content_consumed = True  # type: ignore[attr-defined]  # what Response.content itself sets
        if attempt := current_attempt.get():
            attempt.body = body
        return response


def _note(response: requests.Response) -> None:
    attempt = current_attempt.get()
    if attempt is not None:
        attempt.status = response.status_code
        attempt.content_type = response.headers.get("Content-Type", "")
        attempt.headers = {n.lower(): v for n, v in response.headers.items() if n.lower().startswith("x-")}


def _read(response: requests.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            response.close()
            raise BodyTooLarge(f"the answer is larger than {MAX_BODY_BYTES} bytes")
    whole = compressed.plain(bytes(body), response.headers, MAX_BODY_BYTES)
    response.headers.pop(compressed.TYPE, None)  # the SDK would decompress it again, without a limit
    return whole


_sessions: LRUCache[str, requests.Session] = LRUCache(_HOSTS_KEPT)
_sessions_lock = threading.Lock()


def _session(session_key: str, protocol: str, *_args: Any, pool_size: int | None = None, **_kwargs: Any) -> Any:
    with _sessions_lock:
        if session_key not in _sessions:
            session = requests.Session()
            session.trust_env = False
            session.mount(f"{protocol.lower()}://", BoundedAdapter(pool_maxsize=pool_size or 40))
            _sessions[session_key] = session
        return _sessions[session_key]


def install() -> None:
    """Puts `_session` under the SDKs. Repeating it changes nothing."""
    from darabonba.core import DaraCore

    DaraCore._get_session = staticmethod(_session)


def close() -> None:
    """Closes every kept connection."""
    with _sessions_lock:
        for session in _sessions.values():
            session.close()
        _sessions.clear()
