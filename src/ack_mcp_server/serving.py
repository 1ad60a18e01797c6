"""Runs the server on stdio, streamable HTTP or SSE until it is told to stop."""

import gc
import os
import secrets
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastmcp import FastMCP

from ack_mcp_server.app import build_app
from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.logs import logger
from ack_mcp_server.settings import Settings
from ack_mcp_server.stdio import LAST_S, SHUTDOWN_S, exit_after, on_stop_signals, serve_stdio
from ack_mcp_server.toolsets import chosen

if TYPE_CHECKING:
    from uvicorn import Server

    from ack_mcp_server.web.guard import Doors

_RELOADED = "ACK_MCP_SERVER_RELOADED"
KEEP_ALIVE_S = 30
# A list of pods makes tens of thousands of objects, none of them garbage; Python's own 700 costs a quarter of a call.
COLLECTED_EVERY = (10_000, 20, 50)
HEADER_MARGIN_BYTES = 16 * 1024  # so that our own limit answers before the parser's does


async def serve(settings: Settings) -> None:
    """Returns after the client left (stdio) or a signal came (http, sse). Raises ConfigurationError."""
    app = build_app(settings)
    logger.debug("built with toolsets %s", ", ".join(toolset.name for toolset in chosen(settings)))
    if settings.transport == "stdio":
        _check_can_have_keys(settings)
        keep_what_was_built()
        await serve_stdio(app)
        return
    await _serve_http(settings, app)


def _check_can_have_keys(settings: Settings) -> None:
    """Raises ConfigurationError where no call could bring what each has to: stdio has no headers."""
    if settings.headers_only and not settings.allow_kubeconfig_argument:
        raise ConfigurationError(
            "--headers-only (HEADERS_ONLY) wants a key in the headers of each request, and stdio has none",
            next_step="Leave it out, or serve with --transport http or sse.",
        )


def keep_what_was_built() -> None:
    """Out of the collector's sight: full collections of it would be the slowest calls."""
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)
    gc.enable()


async def _serve_http(settings: Settings, app: FastMCP[Any]) -> None:
    from ack_mcp_server.web.descriptors import raise_file_limit
    from ack_mcp_server.web.doors import announce, doors_for
    from ack_mcp_server.web.listening import listeners

    raise_file_limit()
    sockets = listeners(settings.host, settings.port)
    doors, generated = doors_for(settings, secrets.token_urlsafe)
    announce(settings, sockets[0].getsockname()[1], doors, generated, sys.stderr)
    server = http_server(settings, app, doors)
    keep_what_was_built()

    def stop(signum: int) -> None:
        exit_after(SHUTDOWN_S + LAST_S, 128 + signum)  # calls are given SHUTDOWN_S before they are cancelled
        server.should_exit = True

    # uvicorn handles two of them while it serves, and sends them again when it is done: here they do no harm then.
    on_stop_signals(stop)
    await server.serve(sockets=sockets)


def http_server(settings: Settings, app: FastMCP[Any], doors: "Doors") -> "Server":
    """The server process around the site; it serves on sockets that it is given."""
    from uvicorn import Config, Server

    from ack_mcp_server.web import descriptors
    from ack_mcp_server.web.connections import bounded
    from ack_mcp_server.web.limits import MAX_HEADER_BYTES
    from ack_mcp_server.web.site import build_site

    config = Config(
        build_site(app, settings.transport, doors),
        http=bounded(descriptors.connections()),
        ws="none",
        backlog=descriptors.backlog(),
        log_config=None,
        access_log=False,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES + HEADER_MARGIN_BYTES,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        server_header=False,
        lifespan="on",
    )
    return Server(config)


def is_reloaded() -> bool:
    return _RELOADED in os.environ


def reload_on_change() -> int:
    """Runs this command line again in a child, and anew whenever a source file changes."""
    from watchfiles import run_process

    logger.info("development: the server restarts when its source changes")
    os.environ[_RELOADED] = "1"
    command = [sys.executable, "-m", "ack_mcp_server", *sys.argv[1:]]
    run_process(Path(__file__).parent, target=shlex.join(command), target_type="command")
    return 0
