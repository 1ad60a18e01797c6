"""A JSON-RPC client of MCP over HTTP, light enough not to be what is measured: one keep-alive connection, no SDK."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Literal, cast
from urllib.parse import urlsplit

Era = Literal["2025-11-25", "2026-07-28"]
ERAS: tuple[Era, ...] = ("2025-11-25", "2026-07-28")
_ACCEPT = "application/json, text/event-stream"
_META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
}


def request(url: str, era: Era, tool: str, arguments: Mapping[str, object]) -> bytes:
    """The whole request of one tool call; in the later era it says of itself what a handshake said before."""
    params: dict[str, Any] = {"name": tool, "arguments": dict(arguments)}
    headers = {
        "Host": urlsplit(url).netloc,
        "Content-Type": "application/json",
        "Accept": _ACCEPT,
        "MCP-Protocol-Version": era,
    }
    if era == "2026-07-28":
        params["_meta"] = _META
        headers |= {"Mcp-Method": "tools/call", "Mcp-Name": tool}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    headers["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {urlsplit(url).path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Connection(asyncio.Protocol):
    """One exchange at a time; an answer is whole when its length or its last chunk says so."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._head = b""
        self._missing = 0
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    async def exchange(self, message: bytes) -> bytes:
        """The whole answer, head included."""
        self._parts, self._head = [], b""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(message)
        return await self._answer

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        if not self._head and not self._read_head():
            return
        if self._missing >= 0:
            self._missing -= len(data)
            done = self._missing <= 0
        else:
            done = data.endswith(b"0\r\n\r\n")
        if done and self._answer is not None and not self._answer.done():
            self._answer.set_result(b"".join(self._parts))

    def _read_head(self) -> bool:
        whole = b"".join(self._parts)
        head, end, _ = whole.partition(b"\r\n\r\n")
        if not end:
            return False
        self._head = head.lower()
        _, has_length, length = self._head.partition(b"content-length:")
        self._missing = len(head) + 4 + int(length.split(b"\r\n")[0]) if has_length else -1
        if has_length:
            self._missing -= len(whole) - len(self._parts[-1])
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))


async def connect(url: str) -> Connection:
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    _, connection = await asyncio.get_running_loop().create_connection(Connection, parts.hostname, parts.port)
    return connection


def result(answer: bytes) -> str:
    """The text of the tool's result, from plain JSON or from a stream. Raises ValueError for anything else."""
    message = _message(answer)
    found = message.get("result")
    if not isinstance(found, dict) or found.get("isError"):
        raise ValueError(f"the tool failed: {json.dumps(message)[:500]}")
    return str(found["content"][0]["text"])


def _message(answer: bytes) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"text/event-stream" in head:
        body = body[body.index(b"data: ") + 6 : body.rindex(b"}") + 1]
    message: dict[str, Any] = json.loads(body)
    return message
