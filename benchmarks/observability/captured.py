"""The requests that a tool's call sends to its backends, byte for byte, so that they can be sent again without it."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode, urlsplit

from ack_mcp_server.kube.native.connection import Connection as Kube
from ack_mcp_server.services.prometheus.connections import Connections
from ack_mcp_server.services.transport import BoundedAdapter
from benchmarks.kube.wire import Connection


@dataclass
class Captured:
    """In the order in which they were sent, those to API servers left out; `bodies` are all answers as they came."""

    requests: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def capturing() -> Iterator[Captured]:
    """Of whatever this process asks of clouds and Prometheus meanwhile."""
    found = Captured()
    cloud, metrics, kube = BoundedAdapter.send, Connections._post, Kube.get

    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        found.requests.append(_of_sdk(request, kwargs.get("proxies") or {}))
        response = cloud(self, request, *args, **kwargs)
        found.bodies.append(response.content)
        return response

    async def post(self: Any, endpoint: Any, name: str, form: Mapping[str, str]) -> Any:
        found.requests.append(_of_prometheus(str(endpoint.address.api(name)), endpoint.headers, form))
        reply = await metrics(self, endpoint, name, form)
        found.bodies.append(reply.body)
        return reply

    async def get(self: Any, *args: Any, **kwargs: Any) -> Any:
        body = await kube(self, *args, **kwargs)
        found.bodies.append(body.data)
        return body

    sdk = patch.object(BoundedAdapter, "send", send)
    with sdk, patch.object(Connections, "_post", post), patch.object(Kube, "get", get):
        yield found


def _of_sdk(request: Any, proxies: Mapping[str, str]) -> bytes:
    parts = urlsplit(request.url)
    target = request.url if proxies else parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {name: str(value) for name, value in request.headers.items()}
    headers.setdefault("host", parts.netloc)
    body = request.body or b""
    return _message(request.method, target, headers, body.encode() if isinstance(body, str) else body)


def _of_prometheus(url: str, headers: Mapping[str, str], form: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    sent = {"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded", **headers}
    return _message("POST", parts.path, sent, urlencode(form).encode())


def _message(method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in kept.items())]
    lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def replay_ms(connection: Connection, requests: Sequence[bytes]) -> float:
    """All of them, one after the other."""
    begun = time.perf_counter()
    for request in requests:
        await asyncio.wait_for(connection.exchange(request), 30)
    return (time.perf_counter() - begun) * 1000
