"""How the tools that change a cluster do so, for the caller of this request."""

from collections.abc import Awaitable, Callable

from ack_mcp_server import request
from ack_mcp_server.lifecycle.proposed import Asked, Wish
from ack_mcp_server.lifecycle.told import ChangeAnswer

Change = Callable[[Asked, str, str], Awaitable[ChangeAnswer]]


def current_change() -> Change:
    """What is asked for, its cluster and a plan's id, for the caller of this request."""
    now = request.current.get()

    async def change(asked: Asked, cluster_id: str, plan_id: str) -> ChangeAnswer:
        wish = Wish(ask=now.ask, progress=now.progress, plan_id=plan_id)
        return await now.runtime.lifecycle.run(asked, cluster_id, now.reach, wish)

    return change
