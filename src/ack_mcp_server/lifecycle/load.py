"""What runs on nodes that go or restart, as the cluster's API server tells it, where it can be reached."""

import asyncio
from collections.abc import Sequence
from typing import Any

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.connection import JSON
from ack_mcp_server.kube.native.pages import pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.writes.deletion import describe_deletion
from ack_mcp_server.lifecycle.proposed import Scene

Json = dict[str, Any]
MOST_NODES = 30  # whose pods are looked at
_SECONDS = 15.0
_UNKNOWN = "! what runs there is not known"


async def load_on(scene: Scene, nodes: Sequence[str], *, restart: bool = False) -> tuple[str, ...]:
    """The nodes, which go or restart, budgets in the way, pods and claims, a line each. Never raises an AckError: what
    cannot be looked at is said."""
    if not nodes:
        return ()
    if len(nodes) > MOST_NODES:
        return (f"{_UNKNOWN}: {len(nodes)} nodes are more than the {MOST_NODES} that are looked at",)
    try:
        async with asyncio.timeout(_SECONDS):
            return await _looked(scene, nodes, "restart with them" if restart else "go with them")
    except TimeoutError:
        return (f"{_UNKNOWN}: no whole answer from the API server within {_SECONDS:.0f} s",)
    except AckError as exc:
        return (f"{_UNKNOWN} ({exc.code}: {exc.message})",)
    except Refusal as exc:
        return (f"{_UNKNOWN} (the API server: {exc.code} {exc.reason})",)


async def _looked(scene: Scene, nodes: Sequence[str], bound: str) -> tuple[str, ...]:
    access = await scene.kubectl.access.to(scene.cluster.id, scene.reach)
    if access.kubeconfig is None:
        return (f"{_UNKNOWN}: the kubeconfig can be used by kubectl only",)
    with access.in_use():
        asked = await scene.kubectl.engine.asked(parse("get pods"), access.kubeconfig, Room(0))
        pods = [pod for name in nodes for pod in await _pods(asked, name)]
        budgets = await _listed(asked, "PodDisruptionBudget", "policy/v1", "/apis/policy/v1/poddisruptionbudgets")
        claims = await _listed(asked, "PersistentVolumeClaim", "v1", "/api/v1/persistentvolumeclaims")
    bodies = [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}} for name in nodes]
    return tuple(describe_deletion(bodies, pods, claims, budgets, bound).splitlines())


async def _pods(asked: Asked, node: str) -> list[Json]:
    return await _listed(asked, "Pod", "v1", "/api/v1/pods", fieldSelector=f"spec.nodeName={node}")


async def _listed(asked: Asked, kind: str, version: str, path: str, **query: str) -> list[Json]:
    """Raises Refusal, AckError."""
    found: list[Json] = []
    async for page in pages(asked, path, query, JSON, small=False):
        found += [{"apiVersion": version, **each, "kind": kind} for each in page.content.get("items") or ()]
    return found
