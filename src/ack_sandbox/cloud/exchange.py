"""One HTTP exchange, down to its connection: what a fault needs to answer badly, late or not at all."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from ack_sandbox.cloud.accounts import Key
from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.cloud.wire import Answer

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_CHUNK = 256 * 1024


@dataclass(kw_only=True)
class Exchange:
    request_id: str
    host: str
    action: str  # "cs:DescribeClusterDetail"
    key: Key | None  # the key that the request names, verified or not
    real: Callable[[], Awaitable[Answer]]  # the answer without any fault
    refusal: Callable[[CloudError, str, str], Answer]
    encode: Callable[[Answer], Answer]  # of a whole answer, also one that a fault spoiled
    receive: Receive
    send: Send
    transport: asyncio.Transport | None
    status: int | None = None  # what was answered; stays None when nothing was

    async def refuse(self, error: CloudError, headers: Mapping[str, str] | None = None) -> None:
        """In the shape of the service that was asked, with further headers."""
        answer = self.refusal(error, self.request_id, self.host)
        await self.answer(replace(answer, headers={**answer.headers, **(headers or {})}))

    async def answer(self, plain: Answer) -> None:
        answer = self.encode(plain)
        await self.start(answer.status, {**answer.headers, "content-length": str(len(answer.body))})
        for start in range(0, len(answer.body), _CHUNK):
            await self.write(answer.body[start : start + _CHUNK])
        await self.end()

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": raw})

    async def write(self, chunk: bytes) -> None:
        await self.send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def end(self) -> None:
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def client_left(self, within: float | None = None) -> bool:
        """Wait for the client to go away, at most `within` seconds; whether it did."""
        try:
            async with asyncio.timeout(within):
                while (await self.receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Close the connection after what was written, and see it closed."""
        if self.transport is not None:
            self.transport.close()
        await self.client_left()

    async def reset(self) -> None:
        """Drop the connection with a TCP reset."""
        if self.transport is not None:
            # Lingering for zero seconds makes the kernel send RST instead of FIN.
            connection = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        await self.client_left()
