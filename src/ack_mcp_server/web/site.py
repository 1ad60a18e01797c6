"""The HTTP server around the MCP server: health for anyone, everything else behind the guard and the limits."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastmcp import FastMCP
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ack_mcp_server import __version__
from ack_mcp_server.web.answers import refuse
from ack_mcp_server.web.departure import WhileConnected
from ack_mcp_server.web.exchange import Exchange
from ack_mcp_server.web.guard import Doors, Guard
from ack_mcp_server.web.limits import Limits
from ack_mcp_server.web.reply import EVENT_STREAM, reads_streams

MCP_PATH = "/mcp"
MCP_PATHS = frozenset({"/mcp", "/mcp/", "/mcp/v1", "/mcp/v1/"})
# Neither a stream to listen on nor a session to end: what a call has to say comes with its answer.
_POSTS_ONLY = refuse(405, "this path takes POST only", "Send each message with POST.", {"Allow": "POST"})


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": __version__})


def build_site(app: FastMCP[Any], transport: str, doors: Doors) -> ASGIApp:
    """`http` or `sse`; health answers any Host without a token, so that probes of an orchestrator work."""
    inner: _Sse | _Streamable = _Sse(app) if transport == "sse" else _Streamable(app)
    guarded = Guard(Limits(inner), doors)
    site = Starlette(
        routes=[Route("/healthz", _health), Route("/health", _health), Mount("/", app=guarded)],
        lifespan=inner.site_lifespan,
    )

    async def straight(scope: Scope, receive: Receive, send: Send) -> None:
        # The router's layers would cost a call as much as the guard and the limits together.
        is_mcp = scope["type"] == "http" and scope["path"] in MCP_PATHS
        await (guarded if is_mcp else site)(scope, receive, send)

    return straight


class _Streamable:
    """Two forms of one server: event streams for clients that read them, plain JSON for those that do not."""

    def __init__(self, app: FastMCP[Any]) -> None:
        self._streams = app.http_app(path=MCP_PATH, stateless_http=True, json_response=False)
        self._plain = app.http_app(path=MCP_PATH, stateless_http=True, json_response=True)
        self._plain_while_connected = WhileConnected(self._plain)
        self._posts = Exchange(app, self._post)

    @asynccontextmanager
    async def site_lifespan(self, _site: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in (self._streams, self._plain):
                await stack.enter_async_context(part.lifespan(part))
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in MCP_PATHS:
            if scope["method"] != "POST":
                await _POSTS_ONLY(scope, receive, send)
                return
            scope = {**scope, "path": MCP_PATH, "raw_path": MCP_PATH.encode(), "root_path": ""}
            await self._posts(scope, receive, send)
            return
        await self._streams(scope, receive, send)

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        if reads_streams(scope):
            await self._streams(scope, receive, send)
            return
        await self._plain_while_connected(_accepting_both(scope), receive, send)


class _Sse:
    def __init__(self, app: FastMCP[Any]) -> None:
        self._app = app.http_app(transport="sse")

    @asynccontextmanager
    async def site_lifespan(self, _site: Starlette) -> AsyncIterator[None]:
        async with self._app.lifespan(self._app):
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _accepting_both(scope: Scope) -> Scope:
    # The SDK asks every POST to accept both types, also where it then answers plain JSON.
    others = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept"]
    return {**scope, "headers": [*others, (b"accept", b"application/json, " + EVENT_STREAM)]}
