"""HTTP by hand, for clients that stop half-way."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        yield connection


def posted(message: dict[str, Any], accept: str = "application/json", missing: int = 0) -> bytes:
    """A whole request; or one whose body is announced to be longer than it is."""
    body = json.dumps(message).encode()
    head = (
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Accept: {accept}\r\nContent-Length: {len(body) + missing}\r\n\r\n"
    )
    return head.encode() + body


def is_closed_by_server(connection: socket.socket) -> bool:
    """Waits for the end, reading what comes before it."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True
