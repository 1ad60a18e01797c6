"""The nodes of a pool, brought to another version, some at a time."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import InvalidInput, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.lifecycle.addon_versions import is_older
from ack_mcp_server.lifecycle.api_server import node_versions
from ack_mcp_server.lifecycle.differences import settings_lines
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.extension import merged, read_extension
from ack_mcp_server.lifecycle.load import load_on
from ack_mcp_server.lifecycle.pool import Pool, counted, pool_of
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.checks import passed_check
from ack_mcp_server.services.clusters import ClusterDetail
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.settings_of import cluster_settings

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]{1,40})?")
_MOST = 20  # warnings that are shown
_REPLACED = "! use_replace replaces the system disk of each node: what is on it is lost, emptyDir and hostPath too"

_OF_ALL = {"image_id", "runtime_type", "runtime_version"}  # of nodes at the wanted version too, which the cloud skips


def version_checked(text: str) -> str:
    if _VERSION.fullmatch(text):
        return text
    raise InvalidInput(f"{shown(text)} is not a version", next_step="Use such as 1.34.1-aliyun.1, or leave it out.")


def _named(pool: Pool, there: list[str], wanted: tuple[str, ...]) -> list[str]:
    if missing := sorted(set(wanted) - set(there)):
        raise NotFound(f"{pool.title} has no {', '.join(missing[:5])}", next_step="list_cluster_nodes shows its nodes.")
    return [name for name in there if name in wanted] if wanted else there


def _left(number: int) -> tuple[str, ...]:
    return (f"  at it already, and left alone: {counted(number)}",) if number else ()


def _numbers(version: str) -> str:
    """Without the build, of which the control plane may have an older one."""
    return version.partition("-")[0]


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
        version = self._version((await cluster_settings(scene.reach, scene.cluster)).summary)
        names = _named(pool, [node.name for node in await pool.nodes(scene) if node.name], self.node_names)
        extension = self._extension(scene)
        body = merged(self._base(version), extension)
        is_looked_at = names and not _OF_ALL & extension.keys()
        there = await node_versions(scene, self.nodepool_id) if is_looked_at else {}
        behind = [name for name in names if there.get(name) != version]
        if names and not behind:
            what = (f"{pool.title}: all of these nodes ({len(names)}) are at {version}",)
            return pool.proposal(order=None, what=what)
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
                f"{pool.title}: {len(behind)} of {pool.there} nodes to {version}, {self.max_parallelism} at a time",
                *_left(len(names) - len(behind)),
                "  each is cordoned, drained and restarted; there is no way back to the older version",
                *settings_lines(extension),
                *((_REPLACED,) if extension.get("use_replace") else ()),
                *await load_on(scene, behind, restart=True),
            ),
            aside=(
                *(f"! the precheck warns: {warning}" for warning in check.warnings[:_MOST]),
                *await earlier(scene, "nodepool_upgrade", target=self.nodepool_id),
            ),
        )

    def _version(self, cluster: ClusterDetail) -> str:
        """A kubelet is never newer than its control plane."""
        wanted = self.kubernetes_version or cluster.version
        if is_older(_numbers(cluster.version), _numbers(wanted)):
            raise InvalidInput(
                f"{wanted} is later than the control plane, which is at {cluster.version}",
                next_step="Leave kubernetes_version out for that one, or upgrade_cluster first.",
            )
        return wanted

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
