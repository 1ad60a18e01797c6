"""Serves an ASGI application on a loopback socket for as long as a context lasts."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import ServerState

from ack_sandbox.cloud.connections import Connections, tracking_protocol

LOOPBACK = "127.0.0.1"
KEEP_ALIVE_S = 75  # longer than clients keep idle connections, so they and not we close them
BACKLOG = 512
LAST_WORDS_S = 2.0  # how long handlers whose client is gone may take to notice


def listen(host: str = LOOPBACK, port: int = 0) -> socket.socket:
    """A listening socket on loopback; any other host is refused, because the region's keys are public."""
    if host != LOOPBACK:
        raise ValueError(f"the sandbox listens on {LOOPBACK} only, not on {host!r}")
    # asyncio turns Nagle's algorithm off only if the socket was made with the protocol named;
    # with it on, every answer on a kept connection waits some 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket, connections: Connections) -> AsyncIterator[None]:
    # uvicorn's protocol without its Server, which takes over the process's signals and needs 0.2 s to stop.
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(tracking_protocol(config, state, connections), sock=listening, backlog=BACKLOG)
    try:
        yield
    finally:
        server.close()
        # A client that hangs on, or one that we keep waiting, must not hold up the end.
        connections.abort_all()
        await _finish(set(state.tasks))
        await server.wait_closed()


async def _finish(handling: set[asyncio.Task[None]]) -> None:
    if not handling:
        return
    _, pending = await asyncio.wait(handling, timeout=LAST_WORDS_S)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
