"""What runs on nodes that go or restart, as the cluster's API server tells it, where it can be reached."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.writes.deletion import describe_deletion
from ack_mcp_server.lifecycle.api_server import listed, looked_up
from ack_mcp_server.lifecycle.proposed import Scene

Json = dict[str, Any]
MOST_NODES = 30  # whose pods are looked at
_UNKNOWN = "! what runs there is not known"


async def load_on(scene: Scene, nodes: Sequence[str], *, restart: bool = False) -> tuple[str, ...]:
    """The nodes, which go or restart, budgets in the way, pods and claims, a line each. A machine that has not joined
    has no name, and no pods: those of no node are none of its. Never raises an AckError: what cannot be looked at is
    said."""
    nodes = [name for name in nodes if name]
    if not nodes:
        return ()
    if len(nodes) > MOST_NODES:
        return (f"{_UNKNOWN}: {len(nodes)} nodes are more than the {MOST_NODES} that are looked at",)
    try:
        return await looked_up(scene, partial(_told, nodes, "restart with them" if restart else "go with them"))
    except AckError as exc:
        return (f"{_UNKNOWN} ({exc.code}: {exc.message})",)


async def _told(nodes: Sequence[str], bound: str, asked: Asked) -> tuple[str, ...]:
    pods = [pod for name in nodes for pod in await _pods(asked, name)]
    budgets = await listed(asked, "PodDisruptionBudget", "policy/v1", "/apis/policy/v1/poddisruptionbudgets")
    claims = await listed(asked, "PersistentVolumeClaim", "v1", "/api/v1/persistentvolumeclaims")
    bodies = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}} for name in nodes]
    return tuple(describe_deletion(bodies, pods, claims, budgets, bound).splitlines())


async def _pods(asked: Asked, node: str) -> list[Json]:
    return await listed(asked, "Pod", "v1", "/api/v1/pods", fieldSelector=f"spec.nodeName={node}")
