"""Node pools that get other settings, or go."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import Conflict, InvalidInput
from ack_mcp_server.lifecycle.bounds import autoscaled
from ack_mcp_server.lifecycle.differences import differences
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.extension import merged, read_extension
from ack_mcp_server.lifecycle.load import load_on
from ack_mcp_server.lifecycle.pool import Pool, counted, name_checked, pool_of
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.orders import Order, flag

UNSAID = -1
SAME = "unchanged"

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Settings(Asked):
    """`autoscaling` is on, off or unchanged."""

    tool: ClassVar[str] = "modify_nodepool"
    nodepool_id: str
    name: str = ""
    autoscaling: str = SAME
    min_size: int = UNSAID
    max_size: int = UNSAID
    extension: str = ""

    def check(self) -> None:
        identifiers.nodepool_id(self.nodepool_id)
        if self.name:
            name_checked(self.name, "node pool")
        if min(self.min_size, self.max_size) < UNSAID or -1 < self.max_size < self.min_size:
            raise InvalidInput("min_size is from 0 and at most max_size", next_step="Correct them.")

    async def proposed(self, scene: Scene) -> Proposed:
        pool = await pool_of(scene, self.nodepool_id)
        body = self._body(scene)
        bounds = autoscaled(pool, body)
        changes = differences(pool.whole.fields, body)
        if not changes:
            return pool.proposal(order=None, what=(f"{pool.title}: nothing that was said is otherwise now",))
        return pool.proposal(
            order=Order(
                action="ModifyClusterNodePool",
                method="PUT",
                path=f"/clusters/{scene.cluster.id}/nodepools/{self.nodepool_id}",
                body=body,
            ),
            verbs=("configure",),
            what=(f"{pool.title}:", *changes, *bounds, *_reached(pool, body)),
            aside=await earlier(scene, "nodepool_update", target=self.nodepool_id),
        )

    def _body(self, scene: Scene) -> Json:
        extension = read_extension(self.extension, scene.settings, "ModifyClusterNodePoolRequest")
        if "desired_size" in extension.get("scaling_group", {}):
            raise InvalidInput("desired_size is not changed here", next_step="Use scale_nodepool.")
        scaling: Json = {} if self.autoscaling == SAME else {"enable": self.autoscaling == "on"}
        scaling |= {} if self.min_size == UNSAID else {"min_instances": self.min_size}
        scaling |= {} if self.max_size == UNSAID else {"max_instances": self.max_size}
        base: Json = {"auto_scaling": scaling} if scaling else {}
        base |= {"nodepool_info": {"name": self.name}} if self.name else {}
        body = merged(base, extension)
        if not body:
            raise InvalidInput("nothing to change was said", next_step="Say a setting, or extension for others.")
        return body


def _reached(pool: Pool, body: Json) -> tuple[str, ...]:
    if "kubernetes_config" not in body:
        return ()
    if body.get("update_nodes") is False:
        return ("  nodes that are there keep theirs; new ones get it",)
    return (f"! nodes that are there ({pool.there}) get it too (extension update_nodes=false leaves them as they are)",)


@dataclass(frozen=True, kw_only=True)
class Unmaking(Asked):
    tool: ClassVar[str] = "delete_nodepool"
    nodepool_id: str
    force: bool = False

    def check(self) -> None:
        identifiers.nodepool_id(self.nodepool_id)

    async def proposed(self, scene: Scene) -> Proposed:
        pool = await pool_of(scene, self.nodepool_id)
        if pool.about.is_default:
            raise Conflict(
                f"{pool.title} is the default one, which stays as long as its cluster",
                next_step="Remove its nodes with remove_nodepool_nodes instead.",
            )
        nodes = await pool.nodes(scene)
        if nodes and not self.force:
            raise Conflict(
                f"{pool.title} has {counted(len(nodes))}",
                next_step="remove_nodepool_nodes takes them out and drains them; force=true deletes them undrained.",
            )
        with_nodes = f" with its {counted(len(nodes))}, not drained first" if nodes else ", which has no nodes"
        return pool.proposal(
            order=Order(
                action="DeleteClusterNodepool",
                method="DELETE",
                path=f"/clusters/{scene.cluster.id}/nodepools/{self.nodepool_id}",
                query={"force": flag(self.force)},
            ),
            verbs=("delete",),
            what=(
                f"- {pool.title}{with_nodes}",
                *(f"  - {node.name} {node.instance_id} {node.charge_type}" for node in nodes[:50]),
                *await load_on(scene, [node.name for node in nodes]),
            ),
            aside=await earlier(scene, "nodepool_delete", target=self.nodepool_id),
        )
