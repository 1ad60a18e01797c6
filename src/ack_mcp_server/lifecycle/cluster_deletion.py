"""A cluster that goes, with what goes along and what stays."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import AckError, Conflict, InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.pool import LONGEST_NAME, counted
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.nodepools import NodePool
from ack_mcp_server.services.orders import Order, flag, texts
from ack_mcp_server.services.resources import Resource, cluster_resources
from ack_mcp_server.services.settings_of import all_pool_settings, cluster_settings

_RESOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,99}")
_MOST = 50
_SLB = "SLB"


@dataclass(frozen=True, kw_only=True)
class Deletion(Asked):
    """`retain_resources` are ids of what else would go with it."""

    tool: ClassVar[str] = "delete_cluster"
    retain_resources: tuple[str, ...] = ()
    retain_all_resources: bool = False
    keep_slb: bool = False

    def check(self) -> None:
        for each in self.retain_resources:
            if not _RESOURCE.fullmatch(each):
                raise InvalidInput(f"{shown(each)} is not the id of a resource", next_step="Use ids that a plan shows.")

    async def proposed(self, scene: Scene) -> Proposed:
        about = (await cluster_settings(scene.reach, scene.cluster)).summary
        subject = f"cluster {one_line(about.name, LONGEST_NAME)} ({scene.cluster.id})"
        if about.deletion_protection:
            raise Conflict(
                f"{subject} has deletion protection, so that nobody deletes it by mistake; nothing was changed",
                next_step="Make sure with its owner, then modify_cluster(deletion_protection=off), which asks by "
                "itself; then call again.",
            )
        pools = [pool.summary for pool in await all_pool_settings(scene.reach, scene.cluster)]
        return Proposed(
            subject=subject,
            kind="clusters",
            order=self._order(scene),
            verbs=("delete",),
            always_asks=True,
            what=(
                f"- {subject}, {about.version}, in {about.region_id}: its API server, all objects in it, and:",
                *_nodes(pools),
                *await self._resources(scene),
                "! there is no way back",
            ),
            aside=await earlier(scene, "cluster_delete"),
            seen=(about.state, about.updated),
            look="list_clusters",
        )

    def _order(self, scene: Scene) -> Order:
        kept = {"retain_resources": texts(self.retain_resources)} if self.retain_resources else {}
        return Order(
            action="DeleteCluster",
            method="DELETE",
            path=f"/clusters/{scene.cluster.id}",
            query={"retain_all_resources": flag(self.retain_all_resources), "keep_slb": flag(self.keep_slb), **kept},
        )

    async def _resources(self, scene: Scene) -> tuple[str, ...]:
        try:
            found = await cluster_resources(scene.reach, scene.cluster)
        except AckError as exc:
            return (*self._said(), f"! what else it made in the cloud could not be listed ({exc.code})")
        if missing := sorted(set(self.retain_resources) - {each.instance_id for each in found}):
            raise InvalidInput(
                f"the cluster has no {', '.join(missing[:5])}",
                next_step="Leave it out, or use ids that the plan shows.",
            )
        fixed = [each.instance_id for each in found if each.changeable is False and each.goes]
        if bound := sorted(set(self.retain_resources) & set(fixed)):
            raise InvalidInput(f"{', '.join(bound[:5])} cannot be kept", next_step="Leave it out, or keep the cluster.")
        return (*self._said(), *self._fates(found))

    def _said(self) -> Iterator[str]:
        if self.retain_all_resources:
            yield "  everything that it made of other services stays, and is charged"
        elif self.retain_resources:
            yield f"  these stay, and are charged: {', '.join(self.retain_resources)}"
        if self.keep_slb:
            yield "  its load balancers stay, and are charged"

    def _fates(self, found: Sequence[Resource]) -> Iterator[str]:
        if self.retain_all_resources:
            return
        others = [each for each in found if each.instance_id not in self.retain_resources]
        for each in others[:_MOST]:
            fate = "stays:" if self.keep_slb and each.resource_type == _SLB else _fate(each)
            yield f"  {fate} {each.resource_type} {each.instance_id}"
        if len(others) > _MOST:
            yield f"  … and {len(others) - _MOST} more"


def _fate(resource: Resource) -> str:
    if resource.goes is None:
        return "may go:"
    return "goes:" if resource.goes else "stays:"


def _nodes(pools: Sequence[NodePool]) -> Iterator[str]:
    for pool in pools:
        yield f"  - node pool {pool.name} ({pool.nodepool_id}) with {counted(pool.total_nodes)}"
