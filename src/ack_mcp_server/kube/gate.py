"""The way out for a kubectl process with a request's own kubeconfig: a proxy on loopback that leads to the one address
which was judged. By itself kubectl follows an API server's redirects to any other, with the answer for the caller."""

import asyncio
import base64
import binascii
import secrets
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

HEAD_S, CONNECT_S = 10, 10
_HEAD_BYTES = 16 * 1024
_CHUNK = 64 * 1024


@dataclass(eq=False)
class Gate:
    """Lives as long as the event loop that serves; it listens from the first way that is asked for."""

    _open: dict[str, tuple[str, int]] = field(default_factory=dict, init=False)  # by password
    _server: asyncio.Server | None = field(default=None, init=False)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _tunnels: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    async def way_to(self, server: str) -> str:
        """A proxy's address that leads to the host and port of `server`, and nowhere else, until it is shut."""
        async with self._starting:
            if self._server is None:
                self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD_BYTES)
        target = urlsplit(server)
        password = secrets.token_urlsafe(24)
        self._open[password] = (target.hostname or "", target.port or 443)
        return f"http://kubectl:{password}@127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def shut(self, way: str) -> None:
        self._open.pop(urlsplit(way).password or "", None)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for tunnel in list(self._tunnels):
            tunnel.cancel()
        await asyncio.gather(*self._tunnels, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tunnels.add(task)
        try:
            with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._answer(reader, writer)
        finally:
            self._tunnels.discard(task)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_S):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        target = self._open.get(_password(head))
        if target is None or not _asks_for(head, *target):
            await _refuse(writer, "403 Forbidden")
            return
        try:
            async with asyncio.timeout(CONNECT_S):
                far_reader, far_writer = await asyncio.open_connection(*target)
        except (OSError, TimeoutError):
            await _refuse(writer, "502 Bad Gateway")
            return
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _joined(_copied(reader, far_writer), _copied(far_reader, writer))
        finally:
            far_writer.close()


async def _refuse(writer: asyncio.StreamWriter, status: str) -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()


def _password(head: str) -> str:
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        if name.lower() == "proxy-authorization" and value.strip().startswith("Basic "):
            with suppress(binascii.Error, ValueError):
                return base64.b64decode(value.strip()[6:]).decode("latin-1").partition(":")[2]
    return ""


def _asks_for(head: str, host: str, port: int) -> bool:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return head.startswith(f"CONNECT {address} HTTP/1.1\r\n")


async def _joined(*ways: Coroutine[Any, Any, None]) -> None:
    """Until one of them ends: neither side has anything to say to one that has left."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
