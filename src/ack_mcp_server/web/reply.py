"""What goes back to the client of one call: JSON, or an event stream from the moment there is more than the answer."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pydantic_core
from mcp.shared.inbound import ERROR_CODE_HTTP_STATUS
from starlette.types import Scope, Send

from ack_mcp_server.web.plain_call import PlainCall

EVENT_STREAM = b"text/event-stream"
_PING = b": ping\r\n\r\n"
_STREAM_HEADERS = [
    (b"content-type", EVENT_STREAM),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]


@dataclass
class Reply:
    """`may_stream` says that the client reads streams; one that does not gets the answer and nothing before it."""

    call: PlainCall
    send: Send
    may_stream: bool
    _streaming: bool = field(default=False, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def notify(self, method: str, params: Mapping[str, Any] | None) -> None:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        await self._stream(_event(message))

    async def ping(self) -> None:
        await self._stream(_PING)

    async def finish(self, outcome: Mapping[str, Any]) -> None:
        message = {"jsonrpc": "2.0", "id": self.call.id, **outcome}
        if self._streaming:
            await self.send({"type": "http.response.body", "body": _event(message)})
            return
        body = _dumped(message)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": self._status(outcome), "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    async def _stream(self, data: bytes) -> None:
        if not self.may_stream:
            return
        async with self._turn:
            if not self._streaming:
                self._streaming = True
                await self.send({"type": "http.response.start", "status": 200, "headers": _STREAM_HEADERS})
            await self.send({"type": "http.response.body", "body": data, "more_body": True})

    def _status(self, outcome: Mapping[str, Any]) -> int:
        """In the earlier era an error is told by the body alone."""
        error = outcome.get("error")
        return ERROR_CODE_HTTP_STATUS.get(error["code"], 200) if error and self.call.is_modern else 200


def reads_streams(scope: Scope) -> bool:
    return any(name == b"accept" and EVENT_STREAM in value.lower() for name, value in scope["headers"])


def _dumped(message: Mapping[str, Any]) -> bytes:
    try:
        return pydantic_core.to_json(message)
    except pydantic_core.PydanticSerializationError:
        # Half a character, which UTF-8 cannot hold; escaped it can be sent.
        return json.dumps(message).encode()


def _event(message: Mapping[str, Any]) -> bytes:
    return b"event: message\r\ndata: " + _dumped(message) + b"\r\n\r\n"
