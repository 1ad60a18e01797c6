"""Node pools that are made."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ack_mcp_server.errors import Conflict, InvalidInput
from ack_mcp_server.lifecycle.differences import settings_lines
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.extension import merged, read_extension
from ack_mcp_server.lifecycle.pool import check_machines, counted, name_checked
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.settings_of import WholePool, all_pool_settings

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Making(Asked):
    tool: ClassVar[str] = "create_nodepool"
    name: str
    instance_types: tuple[str, ...]
    desired_size: int = 0
    vswitch_ids: tuple[str, ...] = ()
    extension: str = ""

    def check(self) -> None:
        name_checked(self.name, "node pool")
        check_machines(self.vswitch_ids, self.instance_types)
        if not self.instance_types:
            raise InvalidInput("instance_types is empty", next_step="Name at least one, such as ecs.g7.xlarge.")

    async def proposed(self, scene: Scene) -> Proposed:
        pools = await all_pool_settings(scene.reach, scene.cluster)
        if any(pool.summary.name == self.name for pool in pools):
            raise Conflict(f"there is a node pool {self.name}", next_step="Use another name, or modify_nodepool.")
        body = self._body(scene, pools)
        subject = f"a new node pool {self.name} of cluster {scene.cluster.id}"
        return Proposed(
            subject=subject,
            kind="nodepools",
            order=Order(
                action="CreateClusterNodePool",
                method="POST",
                path=f"/clusters/{scene.cluster.id}/nodepools",
                body=body,
            ),
            what=(f"{subject}, {self._size(body)}:", *settings_lines(body)),
            aside=("each node is charged from when it is created", *await earlier(scene, "nodepool_create")),
            look="list_cluster_nodepools",
        )

    def _body(self, scene: Scene, pools: tuple[WholePool, ...]) -> Json:
        extension = read_extension(self.extension, scene.settings, "CreateClusterNodePoolRequest")
        if "count" in extension:  # an older word for it, beside which desired_size would be shown
            raise InvalidInput("count is not said in extension", next_step="Use the argument desired_size.")
        vswitches = list(self.vswitch_ids or _vswitches(extension) or _vswitches_of(pools))
        if not vswitches:
            raise InvalidInput(
                "vswitch_ids is needed: no other node pool has any", next_step="describe_cluster has some."
            )
        group: Json = {"instance_types": list(self.instance_types), "vswitch_ids": vswitches}
        if not extension.get("auto_scaling", {}).get("enable"):
            group["desired_size"] = self.desired_size
        return merged({"nodepool_info": {"name": self.name}, "scaling_group": group}, extension)

    def _size(self, body: Json) -> str:
        size = body["scaling_group"].get("desired_size")
        return "with as many nodes as its autoscaler wants" if size is None else f"with {counted(size)}"


def _vswitches(extension: Json) -> list[str]:
    return list(extension.get("scaling_group", {}).get("vswitch_ids") or ())


def _vswitches_of(pools: tuple[WholePool, ...]) -> list[str]:
    """Those of the default node pool."""
    ordered = sorted(pools, key=lambda pool: not pool.summary.is_default)
    found = (pool.part("scaling_group").get("vswitch_ids") for pool in ordered)
    return next((list(each) for each in found if each and isinstance(each, list)), [])
