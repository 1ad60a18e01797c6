"""The nodes of a pool, brought to another version, some at a time."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import InvalidInput, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.lifecycle.differences import settings_lines
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.extension import merged, read_extension
from ack_mcp_server.lifecycle.load import load_on
from ack_mcp_server.lifecycle.pool import Pool, pool_of
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.checks import passed_check
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.settings_of import cluster_settings

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]{1,40})?")
_MOST = 20  # warnings that are shown
_REPLACED = "! use_replace replaces the system disk of each node: what is on it is lost, emptyDir and hostPath too"


def version_checked(text: str) -> str:
    if _VERSION.fullmatch(text):
        return text
    raise InvalidInput(f"{shown(text)} is not a version", next_step="Use such as 1.34.1-aliyun.1, or leave it out.")


def _named(pool: Pool, there: list[str], wanted: tuple[str, ...]) -> list[str]:
    if missing := sorted(set(wanted) - set(there)):
        raise NotFound(f"{pool.title} has no {', '.join(missing[:5])}", next_step="list_cluster_nodes shows its nodes.")
    return [name for name in there if name in wanted] if wanted else there


@dataclass(frozen=True, kw_only=True)
class PoolUpgrade(Asked):
    tool: ClassVar[str] = "upgrade_nodepool"
    nodepool_id: str
    kubernetes_version: str = ""
    node_names: tuple[str, ...] = ()
    max_parallelism: int = 1
    extension: str = ""

    def check(self) -> None:
        identifiers.nodepool_id(self.nodepool_id)
        for name in self.node_names:
            identifiers.node_name(name)
        if self.kubernetes_version:
            version_checked(self.kubernetes_version)

    async def proposed(self, scene: Scene) -> Proposed:
        pool = await pool_of(scene, self.nodepool_id)
        version = self.kubernetes_version or (await cluster_settings(scene.reach, scene.cluster)).summary.version
        names = _named(pool, [node.name for node in await pool.nodes(scene) if node.name], self.node_names)
        extension = self._extension(scene)
        body = merged(self._base(version), extension)
        check = await passed_check(
            scene.reach, scene.cluster, "NodePoolUpgrade", self.nodepool_id, scene.progress, scene.now
        )
        return pool.proposal(
            order=Order(
                action="UpgradeClusterNodepool",
                method="POST",
                path=f"/clusters/{scene.cluster.id}/nodepools/{self.nodepool_id}/upgrade",
                body=body,
            ),
            verbs=("upgrade",),
            what=(
                f"{pool.title}: {len(names)} of {pool.there} nodes to {version}, {self.max_parallelism} at a time",
                "  each is cordoned, drained and restarted; there is no way back to the older version",
                *settings_lines(extension),
                *((_REPLACED,) if extension.get("use_replace") else ()),
                *await load_on(scene, names, restart=True),
            ),
            aside=(
                *(f"! the precheck warns: {warning}" for warning in check.warnings[:_MOST]),
                *await earlier(scene, "nodepool_upgrade"),
            ),
        )

    def _base(self, version: str) -> dict[str, Any]:
        return {
            "kubernetes_version": version,
            "rolling_policy": {"max_parallelism": self.max_parallelism},
            **({"node_names": list(self.node_names)} if self.node_names else {}),
        }

    def _extension(self, scene: Scene) -> dict[str, Any]:
        """Without nodes, because the plan tells what runs on those that the argument names."""
        extension = read_extension(self.extension, scene.settings, "UpgradeClusterNodepoolRequest")
        if "node_names" in extension:
            raise InvalidInput("node_names is not said in extension", next_step="Use the argument node_names.")
        return extension
