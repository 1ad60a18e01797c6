"""A node pool that is to be changed, as it is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ack_mcp_server import identifiers
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput, TooLarge
from ack_mcp_server.lifecycle.proposed import Proposed, Scene
from ack_mcp_server.services.nodepools import NodePool
from ack_mcp_server.services.nodes import Node, NodeFilter, list_nodes
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.settings_of import WholePool, pool_settings

LONGEST_NAME = 80
_LONGEST_GIVEN = 63
_PAGE = 100
_MOST_PAGES = 50


def counted(number: int) -> str:
    return f"{number} node{'s' * (number != 1)}"


def name_checked(name: str, what: str) -> str:
    """Of a cluster or node pool, as it shall be called. Raises InvalidInput."""
    if name.strip() and len(name) <= _LONGEST_GIVEN and name.isprintable():
        return name
    raise InvalidInput(f"the name of a {what} has 1 to {_LONGEST_GIVEN} characters", next_step="Give another.")


def check_machines(vswitch_ids: Iterable[str], instance_types: Iterable[str]) -> None:
    """Raises InvalidInput."""
    for vswitch in vswitch_ids:
        identifiers.vswitch_id(vswitch)
    for instance_type in instance_types:
        identifiers.instance_type(instance_type)


@dataclass(frozen=True)
class Pool:
    whole: WholePool
    about: NodePool
    cluster_id: str

    @property
    def title(self) -> str:
        return f"node pool {one_line(self.about.name, LONGEST_NAME)} ({self.about.nodepool_id})"

    @property
    def subject(self) -> str:
        return f"{self.title} of cluster {self.cluster_id}"

    @property
    def there(self) -> int:
        return self.about.total_nodes

    @property
    def size(self) -> int:
        """How many nodes are asked for; how many are there, where nobody says (a pool with autoscaling)."""
        return self.about.total_nodes if self.about.desired_size is None else self.about.desired_size

    @property
    def machines(self) -> str:
        charge = self.whole.part("scaling_group").get("instance_charge_type")
        types = " or ".join(self.about.instance_types[:3]) or "of an unknown type"
        return f"{types}, {charge}" if charge else types

    @property
    def scaler(self) -> tuple[str, ...]:
        if not self.about.autoscaling.enable:
            return ()
        return (f"! its autoscaler keeps {self.about.autoscaling} nodes and may change the number again",)

    async def nodes(self, scene: Scene) -> list[Node]:
        """All of them. Raises AckError."""
        found: list[Node] = []
        wanted = NodeFilter(nodepool_id=self.about.nodepool_id)
        for number in range(1, _MOST_PAGES + 1):
            page = await list_nodes(scene.reach, scene.cluster.id, wanted, page_number=number, page_size=_PAGE)
            found += page.nodes
            if page.next_page is None or not page.nodes:
                return sorted(found, key=lambda node: node.name)
        raise TooLarge(f"{self.title} has more than {_MOST_PAGES * _PAGE} nodes", next_step="Use the console for it.")

    def proposal(self, *, order: Order | None, what: tuple[str, ...], **more: Any) -> Proposed:
        """A change of this pool; its state and size are part of what a plan depends on."""
        state = (self.about.state, str(self.size), str(self.there), self.about.updated)
        return Proposed(
            subject=self.subject,
            what=what,
            order=order,
            kind="nodepools",
            seen=state,
            listed_by="list_cluster_nodepools",
            look="list_cluster_tasks and list_cluster_nodepools",
            **more,
        )


async def pool_of(scene: Scene, nodepool_id: str) -> Pool:
    """Raises AckError."""
    whole = await pool_settings(scene.reach, scene.cluster, nodepool_id)
    return Pool(whole, whole.summary, scene.cluster.id)
