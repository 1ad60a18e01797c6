"""The kind that one word of a command means, asking the cluster anew for words that mean nothing yet."""

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.resolve import Resolver
from ack_mcp_server.kube.native.said import NoSuchType


async def kind_of(asked: Asked, word: str) -> Resource:
    """Raises NoSuchType, Refusal, AckError."""
    resolver = Resolver(await asked.kinds.now())
    try:
        found = resolver.one(word)
    except NoSuchType:
        if not await asked.kinds.refreshed():
            raise
        return await kind_of(asked, word)
    asked.warn(resolver.warnings)
    return found
