"""Answers a plain call of a tool in one exchange, in both eras.

The SDK's kernel does the protocol. What is left out is the framework's way to it: for each call of the earlier era that
is a session with streams and tasks of its own, which costs more than most calls.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import anyio
from fastmcp import FastMCP
from mcp.server.connection import Connection
from mcp.server.runner import modern_error_data, serve_one
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.jsonrpc_dispatcher import progress_token_from_params
from mcp.shared.message import MessageMetadata, ServerMessageMetadata
from mcp.shared.transport_context import TransportContext
from mcp.types import CONNECTION_CLOSED
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ack_mcp_server.web.departure import departure
from ack_mcp_server.web.plain_call import METHOD, PlainCall, plain_call
from ack_mcp_server.web.reply import Reply, reads_streams

PING_S = 15  # between signs of life while a call takes its time: proxies close what is silent

_STOPPED = {
    "error": {
        "code": CONNECTION_CLOSED,
        "message": "the server stops; whether what was to be changed is changed is unknown: look before it is repeated",
    }
}


class Exchange:
    """Expects the whole body in the first message, as `web.limits` sends it on. Leaves to `otherwise` what is no plain
    call."""

    def __init__(self, app: FastMCP[Any], otherwise: ASGIApp) -> None:
        self._app = app
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = await receive()
        call = plain_call(scope, first.get("body", b""))
        if call is None:
            await self._otherwise(scope, _again(first, receive), send)
            return
        await self._exchange(call, scope, receive, Reply(call, send, reads_streams(scope)))

    async def _exchange(self, call: PlainCall, scope: Scope, receive: Receive, reply: Reply) -> None:
        """A client that leaves ends the call."""
        answering = asyncio.ensure_future(self._answer(call, scope, reply))
        leaving = asyncio.ensure_future(departure(receive))
        stopped = False
        try:
            while not await _first_of(answering, leaving):
                await reply.ping()
        except asyncio.CancelledError:  # the server stops; what it is answered with is the end of this task
            stopped = True
        finally:
            leaving.cancel()
            if not answering.done():
                answering.cancel()
                await asyncio.wait((answering,))
        if not answering.cancelled():
            await reply.finish(answering.result())
        elif stopped:
            await reply.finish(_STOPPED)

    async def _answer(self, call: PlainCall, scope: Scope, reply: Reply) -> dict[str, Any]:
        request = Request(scope)
        context = _Context(
            TransportContext(kind="streamable-http", can_send_request=False, headers=request.headers),
            call.id,
            ServerMessageMetadata(request_context=request),
            reply,
            progress_token_from_params(call.params),
        )
        connection = Connection.from_envelope(call.version, call.client_info, call.capabilities)
        try:
            result = await serve_one(
                self._app._mcp_server,
                context,
                METHOD,
                call.params,
                connection=connection,
                lifespan_state=self._app._lifespan_result,
            )
        except Exception as exc:  # noqa: BLE001 - every failure is an answer
            error = modern_error_data(exc)
            return {"error": error.model_dump(mode="json", exclude_none=True)}
        return {"result": result}


@dataclass
class _Context:
    """The `DispatchContext` that the SDK's kernel is given for the call."""

    transport: TransportContext
    request_id: str | int
    message_metadata: MessageMetadata
    reply: Reply
    progress_token: str | int | None
    cancel_requested: anyio.Event = field(default_factory=anyio.Event)
    can_send_request: bool = field(default=False, init=False)

    async def send_raw_request(
        self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None
    ) -> dict[str, Any]:
        raise NoBackChannelError(method)

    async def notify(self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None) -> None:
        await self.reply.notify(method, params)

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        if self.progress_token is None:
            return
        told = {"progressToken": self.progress_token, "progress": progress, "total": total, "message": message}
        await self.notify("notifications/progress", {name: value for name, value in told.items() if value is not None})


async def _first_of(*futures: asyncio.Future[Any]) -> bool:
    """Whether one of them was done before it was time for a sign of life."""
    done, _ = await asyncio.wait(futures, timeout=PING_S, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


def _again(first: Message, receive: Receive) -> Receive:
    pending = [first]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
