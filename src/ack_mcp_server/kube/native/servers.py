"""The API servers that this server has open connections to: one pool per identity and address."""

import asyncio
from dataclasses import dataclass, field

from cachetools import LRUCache

from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.native.connection import Connection, tls_context
from ack_mcp_server.kube.native.kinds import Kinds
from ack_mcp_server.services.http.library import loaded
from ack_mcp_server.services.single_flight import SingleFlight

CLOSED_AFTER_S = 120  # a pool that was replaced may still serve a command


@dataclass(frozen=True, eq=False)
class Server:
    connection: Connection
    kinds: Kinds


@dataclass
class Servers:
    """Lives as long as the event loop that serves."""

    most: int
    _open: "_Closing" = field(init=False)
    _flights: SingleFlight[Kubeconfig, Server] = field(default_factory=SingleFlight, init=False)

    def __post_init__(self) -> None:
        self._open = _Closing(self.most)

    async def at(self, kubeconfig: Kubeconfig) -> Server:
        """Raises ConfigurationError for certificates that cannot be read."""
        known: Server | None = self._open.get(kubeconfig)
        return known or await self._flights.run(kubeconfig, lambda: self._made(kubeconfig))

    async def _made(self, kubeconfig: Kubeconfig) -> Server:
        await loaded()
        connection = Connection(kubeconfig, await asyncio.to_thread(tls_context, kubeconfig))
        self._open[kubeconfig] = server = Server(connection, Kinds(connection))
        return server

    def forget(self, kubeconfig: Kubeconfig) -> None:
        """Its connections are closed when the last commands have ended."""
        if kubeconfig in self._open:
            del self._open[kubeconfig]

    async def close(self) -> None:
        for server in [*self._open.values(), *self._open.leaving]:
            await server.connection.close()


class _Closing(LRUCache[Kubeconfig, Server]):
    """What is forgotten is closed, when its last commands have ended."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.leaving: set[Server] = set()

    def __delitem__(self, kubeconfig: Kubeconfig) -> None:
        server = self[kubeconfig]
        super().__delitem__(kubeconfig)
        self.leaving.add(server)
        loop = asyncio.get_running_loop()
        loop.call_later(CLOSED_AFTER_S, lambda: loop.create_task(self._close(server)))

    async def _close(self, server: Server) -> None:
        self.leaving.discard(server)
        await server.connection.close()
