"""The open connections of a server, so that a fault can break its own and a shutdown can break them all."""

import asyncio
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

Peer = tuple[str, int]


class Connections:
    def __init__(self) -> None:
        self._transports: dict[Peer, asyncio.Transport] = {}

    def transport(self, peer: Peer) -> asyncio.Transport | None:
        return self._transports.get(peer)

    def opened(self, transport: asyncio.Transport) -> None:
        self._transports[_peer(transport)] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        self._transports.pop(_peer(transport), None)

    def abort_all(self) -> None:
        for transport in list(self._transports.values()):
            transport.abort()


def tracking_protocol(
    config: uvicorn.Config, state: ServerState, connections: Connections
) -> Callable[[], asyncio.Protocol]:
    """Makes uvicorn's HTTP protocol for one connection, which also keeps `connections` up to date."""

    class TrackingProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            connections.opened(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

    return lambda: TrackingProtocol(config=config, server_state=state, app_state={})


def _peer(transport: asyncio.Transport) -> Peer:
    # What ASGI calls the client; on loopback no two open connections share it.
    host, port = transport.get_extra_info("peername")[:2]
    return str(host), int(port)
