"""A plain HTTP/1.1 exchange over a socket, which sees what well-mannered clients hide."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Reply:
    status: int  # 0 when no status line came
    headers: Mapping[str, str]
    body: bytes  # as sent, chunk sizes and all
    ending: Literal["closed", "reset", "silent"]

    def json(self) -> Any:
        return json.loads(self.body)


async def fetch(
    endpoint: str,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes = b"",
    patience: float = 5.0,
) -> Reply:
    """Send one request and read until the server is done, or says nothing more for `patience` seconds."""
    url = urlsplit(endpoint)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    try:
        writer.write(_request(method, target, {"host": url.netloc, **headers}, body))
        received, ending = await _read(reader, patience)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return _reply(received, ending)


def _request(method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"content-length: {len(body)}", "connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


async def _read(reader: asyncio.StreamReader, patience: float) -> tuple[bytes, Literal["closed", "reset", "silent"]]:
    received = b""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await reader.read(65536)
        except TimeoutError:
            return received, "silent"
        except ConnectionResetError:
            return received, "reset"
        if not chunk:
            return received, "closed"
        received += chunk


def _reply(received: bytes, ending: Literal["closed", "reset", "silent"]) -> Reply:
    head, _, body = received.partition(b"\r\n\r\n")
    if not head:
        return Reply(0, {}, b"", ending)
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return Reply(int(status.split()[1]), {name.lower(): value for name, value in pairs}, body, ending)
