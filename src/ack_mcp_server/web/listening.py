"""The sockets that the HTTP server accepts connections on."""

import errno
import socket
from typing import Any

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.web.descriptors import backlog

# An address that the name has and this machine has not: IPv6 in a hosts file, beside a kernel without it, or a
# link-local address that does not say of which interface (EINVAL).
_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL)
_ANY = ("0.0.0.0", "::")  # noqa: S104 - looked for, not listened on

_Address = tuple[socket.AddressFamily, tuple[Any, ...]]


def listeners(host: str, port: int) -> list[socket.socket]:
    """One for every address of the host that is here, on one port: clients pick any of those of localhost. Raises
    ConfigurationError when another program has one, or none can be used."""
    made: list[socket.socket] = []
    try:
        _listen_on_all(_addresses(host, port), made)
    except (OSError, UnicodeError) as exc:
        for each in made:
            each.close()
        why = exc.strerror if isinstance(exc, OSError) else "no host has such a name"  # IDNA cannot encode it
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {why}", next_step="Choose another --host or --port."
        ) from exc
    return made


def _addresses(host: str, port: int) -> list[_Address]:
    """IPv4 first: what a hosts file or resolver names first differs from machine to machine. Of each family the one
    that stands for all its others."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    distinct = dict.fromkeys((family, address) for family, _, _, _, address in found)
    return sorted(distinct, key=lambda each: (each[0] != socket.AF_INET, each[1][0] not in _ANY))


def _listen_on_all(addresses: list[_Address], made: list[socket.socket]) -> None:
    """The first that is here has to work; of the others, those that nobody else has are left out when they do not."""
    unusable: OSError | None = None
    for family, (host, port, *rest) in addresses:
        if any(each.family == family and each.getsockname()[0] in _ANY for each in made):
            continue
        chosen = made[0].getsockname()[1] if made else port
        try:
            made.append(_listener(family, (host, chosen, *rest), apart=bool(made)))
        except OSError as exc:
            if exc.errno == errno.EADDRINUSE or not (made or exc.errno in _NOT_HERE):
                raise
            unusable = exc
    if unusable and not made:
        raise unusable


def _listener(family: socket.AddressFamily, address: tuple[Any, ...], *, apart: bool) -> socket.socket:
    """`apart` keeps IPv4 out of a socket of IPv6, beside which it has its own."""
    # The protocol is named because asyncio turns Nagle's delay off only for sockets that say they are TCP.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if apart and family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
        made.listen(backlog())
    except OSError:
        made.close()
        raise
    return made
