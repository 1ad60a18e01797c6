"""More or fewer nodes in a node pool."""

from dataclasses import dataclass
from typing import ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.writes.effects import ZERO
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.load import load_on
from ack_mcp_server.lifecycle.pool import Pool, counted, pool_of
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.orders import Order

UNSAID = -1
MOST_ADDED = 500  # as the API has it


@dataclass(frozen=True, kw_only=True)
class Scaling(Asked):
    """To a number of nodes, or by a number of nodes more."""

    tool: ClassVar[str] = "scale_nodepool"
    nodepool_id: str
    desired_size: int = UNSAID
    count: int = 0

    def check(self) -> None:
        identifiers.nodepool_id(self.nodepool_id)
        if (self.desired_size == UNSAID) == (self.count == 0):
            raise InvalidInput(
                "say either desired_size or count",
                next_step="desired_size is how many there shall be, count how many are added.",
            )
        if self.desired_size < UNSAID or not 0 <= self.count <= MOST_ADDED:
            raise InvalidInput(
                f"desired_size is from 0, count from 1 to {MOST_ADDED}",
                next_step="Use desired_size for fewer nodes.",
            )

    async def proposed(self, scene: Scene) -> Proposed:
        pool = await pool_of(scene, self.nodepool_id)
        wanted = pool.size + self.count if self.count else self.desired_size
        if wanted == pool.size:
            return pool.proposal(order=None, what=(f"{pool.title} is asked for {counted(pool.size)} already",))
        if wanted - pool.size > MOST_ADDED:
            raise InvalidInput(
                f"{pool.title} has {counted(pool.size)}; {wanted - pool.size:,} more are over {MOST_ADDED} at a time",
                next_step="Correct desired_size, or grow in steps.",
            )
        if wanted < pool.size:
            return await self._fewer(scene, pool, wanted)
        return pool.proposal(
            order=self._order(scene),
            what=(_change(pool, wanted), f"  created: {counted(wanted - pool.size)}, {pool.machines}", *pool.scaler),
            aside=(
                "  each is charged from when it is created",
                *await earlier(scene, "nodepool_scaleout", target=self.nodepool_id),
            ),
        )

    async def _fewer(self, scene: Scene, pool: Pool, wanted: int) -> Proposed:
        nodes = [node.name for node in await pool.nodes(scene)]
        return pool.proposal(
            order=self._order(scene),
            verbs=("scale in", *((ZERO,) if wanted == 0 else ())),
            what=(
                _change(pool, wanted),
                f"  {pool.size - wanted} of these nodes go, with their pods and local data; the scaling group chooses "
                "which (remove_nodepool_nodes names them):",
                *await load_on(scene, nodes),
                *pool.scaler,
            ),
            aside=await earlier(scene, "nodepool_scalein", "nodepool_node_remove", target=self.nodepool_id),
        )

    def _order(self, scene: Scene) -> Order:
        path = f"/clusters/{scene.cluster.id}/nodepools/{self.nodepool_id}"
        if self.count:
            return Order(action="ScaleClusterNodePool", method="POST", path=path, body={"count": self.count})
        body = {"scaling_group": {"desired_size": self.desired_size}}
        return Order(action="ModifyClusterNodePool", method="PUT", path=path, body=body)


def _change(pool: Pool, wanted: int) -> str:
    there = f" ({pool.there} are there)" if pool.there != pool.size else ""
    return f"{pool.title}: {pool.size} -> {counted(wanted)}{there}"
