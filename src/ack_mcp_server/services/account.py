"""The account that a request acts on: the shared edge, with this request's key."""

from dataclasses import dataclass

from ack_mcp_server import record
from ack_mcp_server.auth.resolve import Identity, Principal
from ack_mcp_server.services.cloud import Body, Call, CloudEdge
from ack_mcp_server.services.cloud_errors import Request


@dataclass(frozen=True)
class Account:
    """Lives as long as one request."""

    edge: CloudEdge
    identity: Identity

    async def principal(self) -> Principal:
        principal = await self.identity.principal()
        record.current().caller = principal.credentials.fingerprint
        return principal

    async def read(self, request: Request, call: Call) -> Body:
        """The body of a CS read, by wire names. Raises AckError."""
        return await self.edge.read(request, await self.principal(), call)
