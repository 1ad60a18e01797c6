"""Nodes that leave their node pool."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import Conflict, InvalidInput, NotFound
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.load import load_on
from ack_mcp_server.lifecycle.pool import pool_of
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.nodes import Node
from ack_mcp_server.services.orders import Order, flag, texts


@dataclass(frozen=True, kw_only=True)
class Removal(Asked):
    tool: ClassVar[str] = "remove_nodepool_nodes"
    nodepool_id: str
    instance_ids: tuple[str, ...] = ()
    node_names: tuple[str, ...] = ()
    drain: bool = True
    release: bool = False

    def check(self) -> None:
        identifiers.nodepool_id(self.nodepool_id)
        for instance in self.instance_ids:
            identifiers.instance_id(instance)
        for name in self.node_names:
            identifiers.node_name(name)
        if not self.instance_ids and not self.node_names:
            raise InvalidInput("no node is named", next_step="Name nodes by instance_ids or node_names.")

    async def proposed(self, scene: Scene) -> Proposed:
        pool = await pool_of(scene, self.nodepool_id)
        nodes = self._named(await pool.nodes(scene), pool.title)
        fate = (
            "are released, with their disks" if self.release else "are taken out; the instances stay, and are charged"
        )
        drained = "drained first" if self.drain else "not drained: their pods end at once, whatever a budget says"
        return pool.proposal(
            order=self._order(scene, [node.instance_id for node in nodes]),
            verbs=("drain", "delete") if self.release else ("drain",),
            what=(
                f"{pool.title}: {len(nodes)} of {pool.there} nodes {fate}; {drained}",
                *(f"  {node.name} {node.instance_id} {node.instance_type} {node.charge_type}" for node in nodes),
                *await load_on(scene, [node.name for node in nodes]),
                *pool.scaler,
            ),
            aside=await earlier(scene, "nodepool_node_remove", "nodepool_scalein", target=self.nodepool_id),
        )

    def _named(self, there: Sequence[Node], title: str) -> list[Node]:
        wanted = {*self.instance_ids, *self.node_names}
        known = {name for node in there for name in (node.name, node.instance_id) if name}
        if missing := sorted(wanted - known):
            raise NotFound(f"{title} has no {', '.join(missing[:5])}", next_step="list_cluster_nodes shows its nodes.")
        nodes = [node for node in there if wanted & {node.name, node.instance_id}]
        if foreign := [node.name for node in nodes if not node.instance_id]:
            raise Conflict(f"{', '.join(foreign[:5])} has no instance id", next_step="Remove it in the console.")
        return nodes

    def _order(self, scene: Scene, instance_ids: Sequence[str]) -> Order:
        return Order(
            action="RemoveNodePoolNodes",
            method="DELETE",
            path=f"/clusters/{scene.cluster.id}/nodepools/{self.nodepool_id}/nodes",
            query={
                "instance_ids": texts(instance_ids),
                "drain_node": flag(self.drain),
                "release_node": flag(self.release),
            },
        )
