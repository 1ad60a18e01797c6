"""The sockets that the HTTP server accepts connections on."""

import errno
import socket
from typing import Any

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.web.descriptors import backlog

# An address that the name has and this machine has not: IPv6 in a hosts file, beside a kernel without it.
_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

_Address = tuple[socket.AddressFamily, tuple[Any, ...]]


def listeners(host: str, port: int) -> list[socket.socket]:
    """One for every address of the host that is here, on one port: clients pick any of those of localhost. Raises
    ConfigurationError when one is taken, or none can be used."""
    made: list[socket.socket] = []
    try:
        _listen_on_all(_addresses(host, port), made)
    except OSError as exc:
        for each in made:
            each.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {exc.strerror}", next_step="Choose another --host or --port."
        ) from exc
    return made


def _addresses(host: str, port: int) -> list[_Address]:
    """IPv4 first: what a hosts file or resolver names first differs from machine to machine."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    distinct = dict.fromkeys((family, address) for family, _, _, _, address in found)
    return sorted(distinct, key=lambda each: each[0] != socket.AF_INET)


def _listen_on_all(addresses: list[_Address], made: list[socket.socket]) -> None:
    not_here: OSError | None = None
    for family, (host, port, *rest) in addresses:
        chosen = made[0].getsockname()[1] if made else port
        try:
            made.append(_listener(family, (host, chosen, *rest)))
        except OSError as exc:
            if exc.errno not in _NOT_HERE:
                raise
            not_here = exc
    if not_here and not made:
        raise not_here


def _listener(family: socket.AddressFamily, address: tuple[Any, ...]) -> socket.socket:
    # The protocol is named because asyncio turns Nagle's delay off only for sockets that say they are TCP.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(backlog())
    except OSError:
        made.close()
        raise
    return made
