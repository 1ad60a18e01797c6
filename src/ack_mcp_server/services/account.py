"""The account that a request acts on: the shared edge, with this request's key."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel

from ack_mcp_server import record
from ack_mcp_server.auth.resolve import Identity, Principal
from ack_mcp_server.services.cloud import Call, CloudEdge
from ack_mcp_server.services.cloud_errors import Request

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Account:
    """Lives as long as one request."""

    edge: CloudEdge
    identity: Identity

    async def principal(self) -> Principal:
        principal = await self.identity.principal()
        record.current().caller = principal.credentials.fingerprint
        return principal

    async def read(self, request: Request, call: Call, model: type[M], *, deadline: float | None = None) -> M:
        """The answer to a read. The deadline is `edge.deadline()` where several reads share one. Raises AckError."""
        return await self.edge.read(request, await self.principal(), call, model, deadline)

    async def change(self, request: Request, call: Call, model: type[M], *, deadline: float | None = None) -> M:
        """The answer to what changes or begins something: sent once. Raises AckError, as `CloudEdge.change` does."""
        return await self.edge.change(request, await self.principal(), call, model, deadline)
