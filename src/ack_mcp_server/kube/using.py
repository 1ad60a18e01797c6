"""A kubeconfig can end early, when somebody revokes it: what reads is then begun once more, with another."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ack_mcp_server.kube.access import Access, KubeAccess
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.services.reach import Reach

R = TypeVar("R")
UNAUTHORIZED = 401


async def using(accesses: KubeAccess, cluster_id: str, reach: Reach, read: Callable[[Access], Awaitable[R]]) -> R:
    """Raises Refusal, AckError."""
    access = await accesses.to(cluster_id, reach)
    try:
        with access.in_use():
            return await read(access)
    except Refusal as exc:
        if exc.code != UNAUTHORIZED or not accesses.forget(access):
            raise
    access = await accesses.to(cluster_id, reach)
    with access.in_use():
        return await read(access)
