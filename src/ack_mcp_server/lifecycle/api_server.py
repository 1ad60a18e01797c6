"""What the cluster's API server tells beside a change of the cloud, where it can be reached."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import AckError, DeadlineExceeded, NotEnabled, Unavailable
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.connection import JSON
from ack_mcp_server.kube.native.pages import pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.objects import name_of, text
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.using import using
from ack_mcp_server.lifecycle.proposed import Scene

Json = dict[str, Any]
_SECONDS = 15.0
_POOL = "alibabacloud.com/nodepool-id"

R = TypeVar("R")


async def looked_up(scene: Scene, read: Callable[[Asked], Awaitable[R]]) -> R:
    """Raises AckError."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await using(
                scene.kubectl.access, scene.cluster.id, scene.reach, lambda access: _once(scene, access, read)
            )
    except TimeoutError:
        raise DeadlineExceeded(f"no whole answer from the API server within {_SECONDS:.0f} s") from None
    except Refusal as exc:
        raise Unavailable(f"the API server answered {exc.code} {exc.reason}") from exc


async def _once(scene: Scene, access: Access, read: Callable[[Asked], Awaitable[R]]) -> R:
    if access.kubeconfig is None:
        raise NotEnabled("the kubeconfig can be used by kubectl only")
    return await read(await scene.kubectl.engine.asked(parse("get pods"), access.kubeconfig, Room(0)))


async def listed(asked: Asked, kind: str, version: str, path: str, **query: str) -> list[Json]:
    """Raises Refusal, AckError."""
    found: list[Json] = []
    async for page in pages(asked, path, query, JSON, small=False):
        found += [{"apiVersion": version, **each, "kind": kind} for each in page.content.get("items") or ()]
    return found


async def node_versions(scene: Scene, nodepool_id: str) -> dict[str, str]:
    """Of the nodes of a pool by name, as far as it is known; written as the cloud writes versions."""
    selector = f"{_POOL}={nodepool_id}"
    try:
        nodes = await looked_up(
            scene, lambda asked: listed(asked, "Node", "v1", "/api/v1/nodes", labelSelector=selector)
        )
    except AckError:
        return {}
    return {name_of(node): text(node, "status", "nodeInfo", "kubeletVersion").removeprefix("v") for node in nodes}
