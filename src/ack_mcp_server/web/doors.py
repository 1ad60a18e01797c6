"""What the HTTP server asks of its callers, decided from the settings: never open beyond loopback by accident."""

import socket
from collections.abc import Callable
from typing import TextIO

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.hosts import is_loopback
from ack_mcp_server.key_families import is_sendable
from ack_mcp_server.logs import logger
from ack_mcp_server.settings import Settings
from ack_mcp_server.web.guard import Doors

TOKEN_BYTES = 24


def doors_for(settings: Settings, make_token: Callable[[int], str]) -> tuple[Doors, bool]:
    """The doors, and whether their token was made for this run. Raises ConfigurationError for a token that no client
    could send."""
    beyond = not is_loopback(settings.host)
    token = _configured_token(settings)
    generated = beyond and not token and not settings.insecure
    if generated:
        token = make_token(TOKEN_BYTES)
    return Doors(
        hosts=(*settings.allowed_hosts, *((socket.gethostname().lower(),) if beyond else ())),
        origins=settings.allowed_origins,
        any_address=beyond,
        token=token,
    ), generated


def _configured_token(settings: Settings) -> str:
    given = settings.mcp_auth_token.get_secret_value()
    token = given.strip()
    if given and not (token and is_sendable(token)):
        raise ConfigurationError(
            "MCP_AUTH_TOKEN is blank, or holds characters that an HTTP header cannot carry",
            next_step="Set it to printable ASCII without spaces, or leave it out.",
        )
    return token


def announce(settings: Settings, port: int, doors: Doors, generated: bool, stderr: TextIO) -> None:
    """Says where the server is; a token of this run is shown once, here, with the line to paste."""
    url = f"http://{_shown(settings.host)}:{port}{'/sse' if settings.transport == 'sse' else '/mcp'}"
    logger.info("serving %s at %s", settings.transport, url)
    if settings.insecure and not doors.token:
        logger.warning("--insecure: whoever reaches this port acts with this server's credentials")
    if generated:
        kind = "sse" if settings.transport == "sse" else "http"
        stderr.write(
            "No MCP_AUTH_TOKEN is set, so this run has a token of its own. To connect a client:\n"
            f'  claude mcp add -t {kind} ack {url} -H "Authorization: Bearer {doors.token}"\n'
        )
        stderr.flush()


def _shown(host: str) -> str:
    if host in ("", "*", "0.0.0.0", "::"):  # noqa: S104 - recognised, not bound
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
