"""What a tool is given for one request; FastMCP hides these parameters from the schema."""

from collections.abc import Awaitable, Callable
from typing import Any

from ack_mcp_server import request
from ack_mcp_server.asking import Ask
from ack_mcp_server.kube.kubectl import Wish
from ack_mcp_server.kube.output import CommandOutput
from ack_mcp_server.progress import Progress
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach


def current_runtime() -> Runtime:
    return request.current.get().runtime


def current_reach() -> Reach:
    return request.current.get().reach


def current_ask() -> Ask:
    return request.current.get().ask


def current_progress() -> Progress:
    return request.current.get().progress


Run = Callable[..., Awaitable[CommandOutput]]


def current_kubectl() -> Run:
    """A command and its cluster, for the caller of this request; further words are a `Wish`'s."""
    now = request.current.get()

    async def run(command: str, cluster_id: str, kubeconfig: str = "", **wish: Any) -> CommandOutput:
        reach = now.reach.with_kubeconfig(kubeconfig)
        return await now.runtime.kubectl.run(command, cluster_id, reach, Wish(ask=now.ask, **wish))

    return run
