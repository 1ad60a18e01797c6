"""Clusters that get other settings."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.lifecycle.differences import differences
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.extension import merged, read_extension
from ack_mcp_server.lifecycle.pool import LONGEST_NAME, name_checked
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.settings_of import cluster_settings

SAME = "unchanged"
_PAGE = 100

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ClusterSettings(Asked):
    """`deletion_protection` is on, off or unchanged."""

    tool: ClassVar[str] = "modify_cluster"
    name: str = ""
    deletion_protection: str = SAME
    extension: str = ""

    def check(self) -> None:
        if self.name:
            name_checked(self.name, "cluster")

    async def proposed(self, scene: Scene) -> Proposed:
        body = self._body(scene)
        now = await cluster_settings(scene.reach, scene.cluster)
        changes = differences({**now.fields, "cluster_name": now.summary.name}, body)
        subject = f"cluster {one_line(now.summary.name, LONGEST_NAME)} ({scene.cluster.id})"
        unprotected = body.get("deletion_protection") is False
        order = Order(action="ModifyCluster", method="PUT", path=f"/api/v2/clusters/{scene.cluster.id}", body=body)
        return Proposed(
            subject=subject,
            kind="clusters",
            order=order if changes else None,
            verbs=("configure",),
            what=(
                f"{subject}:",
                *(changes or ["  nothing that was said is otherwise now"]),
                *(("! whoever may delete clusters can delete it then",) if unprotected and changes else ()),
            ),
            aside=await earlier(scene, "cluster_modify") if changes else (),
            seen=(now.summary.state, now.summary.updated),
            takes_token=True,
        )

    def _body(self, scene: Scene) -> Json:
        base: Json = {"cluster_name": self.name} if self.name else {}
        base |= {} if self.deletion_protection == SAME else {"deletion_protection": self.deletion_protection == "on"}
        body = merged(base, read_extension(self.extension, scene.settings, "ModifyClusterRequest"))
        if not body:
            raise InvalidInput("nothing to change was said", next_step="Say a setting, or extension for others.")
        return body
