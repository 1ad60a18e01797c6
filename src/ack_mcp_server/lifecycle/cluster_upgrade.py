"""The control plane of a cluster, brought to its next version after a precheck."""

from dataclasses import dataclass
from typing import ClassVar

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.pool import LONGEST_NAME
from ack_mcp_server.lifecycle.pool_upgrade import version_checked
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.checks import passed_check
from ack_mcp_server.services.clusters import ClusterDetail
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.settings_of import cluster_settings

CHECK = "ClusterUpgrade"
_MOST = 20


@dataclass(frozen=True, kw_only=True)
class Upgrade(Asked):
    tool: ClassVar[str] = "upgrade_cluster"
    version: str = ""

    def check(self) -> None:
        if self.version:
            version_checked(self.version)

    async def proposed(self, scene: Scene) -> Proposed:
        about = (await cluster_settings(scene.reach, scene.cluster)).summary
        version = self._version(about)
        subject = f"cluster {one_line(about.name, LONGEST_NAME)} ({scene.cluster.id})"
        if not version or version == about.version:
            what = (f"{subject} is at {about.version} already; {_next(about)}",)
            return Proposed(subject=subject, kind="clusters", order=None, what=what)
        check = await passed_check(scene.reach, scene.cluster, CHECK, "", scene.progress, scene.now)
        return Proposed(
            subject=subject,
            kind="clusters",
            order=Order(
                action="UpgradeCluster",
                method="POST",
                path=f"/api/v2/clusters/{scene.cluster.id}/upgrade",
                body={"next_version": version, "master_only": True},
            ),
            verbs=("upgrade",),
            what=(
                f"{subject}: control plane {about.version} -> {version}; there is no way back",
                "  the API server may not answer for moments; pods go on running",
                f"  its {about.nodes} nodes keep their version until upgrade_nodepool",
                "  the precheck passed",
            ),
            aside=(
                *(f"! the precheck warns: {warning}" for warning in check.warnings[:_MOST]),
                *await earlier(scene, "cluster_upgrade"),
            ),
            seen=(about.state, about.version),
        )

    def _version(self, about: ClusterDetail) -> str:
        if self.version and about.next_version and self.version not in (about.next_version, about.version):
            raise InvalidInput(
                f"{about.version} cannot be upgraded to {self.version}",
                next_step=f"The next version is {about.next_version}: one minor version at a time.",
            )
        return self.version or about.next_version


def _next(about: ClusterDetail) -> str:
    return f"the next version is {about.next_version}" if about.next_version else "there is no later version for it"
