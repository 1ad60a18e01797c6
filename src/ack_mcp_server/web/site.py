"""The HTTP server around the MCP server: health for anyone, everything else behind the guard and the limits."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastmcp import FastMCP
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from ack_mcp_server import __version__
from ack_mcp_server.web.departure import WhileConnected
from ack_mcp_server.web.guard import Doors, Guard
from ack_mcp_server.web.limits import Limits

MCP_PATH = "/mcp"
MCP_PATHS = frozenset({"/mcp", "/mcp/", "/mcp/v1", "/mcp/v1/"})
EVENT_STREAM = "text/event-stream"


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": __version__})


def build_site(app: FastMCP[Any], transport: str, doors: Doors) -> Starlette:
    """`http` or `sse`; health answers any Host without a token, so that probes of an orchestrator work."""
    inner: _Sse | _Streamable = _Sse(app) if transport == "sse" else _Streamable(app)
    return Starlette(
        routes=[
            Route("/healthz", _health),
            Route("/health", _health),
            Mount("/", app=Guard(Limits(inner), doors)),
        ],
        lifespan=inner.site_lifespan,
    )


class _Streamable:
    """Two forms of one server: event streams for clients that read them, plain JSON for those that do not."""

    def __init__(self, app: FastMCP[Any]) -> None:
        self._streams = app.http_app(path=MCP_PATH, stateless_http=True, json_response=False)
        self._plain = app.http_app(path=MCP_PATH, stateless_http=True, json_response=True)
        self._plain_while_connected = WhileConnected(self._plain)

    @asynccontextmanager
    async def site_lifespan(self, _site: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in (self._streams, self._plain):
                await stack.enter_async_context(part.lifespan(part))
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in MCP_PATHS:
            scope = {**scope, "path": MCP_PATH, "raw_path": MCP_PATH.encode(), "root_path": ""}
        if scope["type"] == "http" and scope["method"] == "POST" and not _reads_streams(scope):
            await self._plain_while_connected(_accepting_both(scope), receive, send)
            return
        await self._streams(scope, receive, send)


class _Sse:
    def __init__(self, app: FastMCP[Any]) -> None:
        self._app = app.http_app(transport="sse")

    @asynccontextmanager
    async def site_lifespan(self, _site: Starlette) -> AsyncIterator[None]:
        async with self._app.lifespan(self._app):
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _reads_streams(scope: Scope) -> bool:
    return EVENT_STREAM in Headers(scope=scope).get("accept", "").lower()


def _accepting_both(scope: Scope) -> Scope:
    # The SDK asks every POST to accept both types, also where it then answers plain JSON.
    others = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept"]
    return {**scope, "headers": [*others, (b"accept", f"application/json, {EVENT_STREAM}".encode())]}
