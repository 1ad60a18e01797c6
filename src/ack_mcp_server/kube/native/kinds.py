"""The kinds of one cluster, asked for once and again when a word means nothing."""

import time
from dataclasses import dataclass, field

from ack_mcp_server.kube.discovery import Catalog
from ack_mcp_server.kube.native.connection import Connection
from ack_mcp_server.kube.native.discovery import discover
from ack_mcp_server.services.single_flight import SingleFlight

KEPT_S = 600  # kubectl keeps its own for six hours
_AGAIN_AFTER_S = 5  # a word that means nothing costs a look at most this often


@dataclass
class Kinds:
    connection: Connection
    _known: Catalog | None = None
    _since: float = 0
    _flights: SingleFlight[str, Catalog] = field(default_factory=SingleFlight)

    async def now(self) -> Catalog:
        """Raises Refusal, AckError."""
        if self._known is not None and self._age() < KEPT_S:
            return self._known
        return await self._flights.run("", self._fetch)

    async def refreshed(self) -> bool:
        """Whether it was asked for anew; not when what is known is fresh."""
        if self._known is not None and self._age() < _AGAIN_AFTER_S:
            return False
        await self._flights.run("", self._fetch)
        return True

    async def anew(self) -> Catalog:
        """As the API server says now, for commands that list kinds. Raises Refusal, AckError."""
        return await self._flights.run("", self._fetch)

    async def _fetch(self) -> Catalog:
        self._known = await discover(self.connection)
        self._since = time.monotonic()
        return self._known

    def _age(self) -> float:
        return time.monotonic() - self._since
