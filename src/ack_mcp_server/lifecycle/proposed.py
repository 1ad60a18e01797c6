"""A change of the cloud that was asked for: looked up, ready to be shown, and not done."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.asking import Ask
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.writes.change import digest
from ack_mcp_server.kube.writes.rules import CLOUD, Deed
from ack_mcp_server.progress import Progress
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.settings import Settings

GROUP = "cs.aliyuncs.com"  # behind the kinds of the cloud, for rules that want to be exact


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a call says besides what it asks for, and how the client is told how far it is."""

    ask: Ask
    progress: Progress
    plan_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where a change is looked up: the cluster, and who may look. `cluster.id` is empty for one that is yet to be."""

    reach: Reach
    cluster: ClusterRef
    kubectl: Kubectl
    progress: Progress
    now: datetime

    @property
    def settings(self) -> Settings:
        return self.reach.settings


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """`what` would happen, a plan being good while it stays the same; `aside` is told beside it and changes by itself.
    `verbs` are the words of it that rules know. Without an order there is nothing to do."""

    subject: str
    what: tuple[str, ...]
    kind: str
    order: Order | None
    verbs: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()  # what it depends on and does not show
    always_asks: bool = False
    takes_token: bool = False
    listed_by: str = "list_clusters"
    look: str = "list_cluster_tasks"  # what tells whether it was done, when that is not known

    @property
    def text(self) -> str:
        return "\n".join(map(_line, (*self.what, *self.aside)))

    @property
    def fingerprint(self) -> str:
        return digest([*self.what, *self.seen, self.order.wire if self.order else ""])

    def deed(self, tool: str, cluster_id: str) -> Deed:
        kinds = (self.kind, f"{self.kind}.{GROUP}")
        return Deed(verbs=(tool, *self.verbs), kinds=kinds, place=CLOUD, cluster_id=cluster_id)


def _line(text: str) -> str:
    """Names come from the cloud: none makes a line of its own."""
    return " " * (len(text) - len(text.lstrip(" "))) + one_line(text)


@dataclass(frozen=True, kw_only=True)
class Asked(ABC):
    """What a tool was asked for, its arguments checked by `check`."""

    tool: ClassVar[str]

    def check(self) -> None:  # noqa: B027 - not every tool has arguments that need it
        """Before anything is looked up. Raises InvalidInput."""

    async def where(self, reach: Reach, cluster_id: str) -> ClusterRef:
        """The cluster that it is about. Raises AckError."""
        return await reach.cluster(cluster_id)

    @abstractmethod
    async def proposed(self, scene: Scene) -> Proposed:
        """What would be done, by how things are now. Raises AckError."""
