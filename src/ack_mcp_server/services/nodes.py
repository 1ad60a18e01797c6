"""The nodes of a cluster as instances: what the cloud knows of each machine."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field, model_validator

from ack_mcp_server import identifiers
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.paging import Paged
from ack_mcp_server.answers.table import table
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.narrowed import narrowed
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.wire import CountedList, Total

HEADERS = ("NODE", "INSTANCE_ID", "STATUS", "STATE", "IP", "TYPE", "NODEPOOL_ID", "CHARGE", "CREATED", "ERROR")
_STATE_HINT = "; state is the instance's in its node pool: without it, STATUS shows which nodes are NotReady"


class Node(Answer):
    name: str = Field("", validation_alias="node_name")
    instance_id: str = ""
    status: str = Field("", validation_alias="node_status", description="Ready, NotReady … as Kubernetes reports it.")
    state: str = Field("", description="The instance's state in the node pool.")
    ip_addresses: tuple[str, ...] = Field((), validation_alias="ip_address")
    instance_type: str = ""
    role: str = Field("", validation_alias="instance_role")
    nodepool_id: str = ""
    charge_type: str = Field("", validation_alias="instance_charge_type")
    spot_strategy: str = ""
    created: str = Field("", validation_alias="creation_time")
    error: str = Field("", validation_alias="error_message")

    @model_validator(mode="after")
    def _is_named(self) -> "Node":
        if not self.name and not self.instance_id:
            raise ValueError("a node without a name and an instance id")
        return self

    def row(self) -> tuple[object, ...]:
        identity = (self.name, self.instance_id, self.status, self.state, self.ip_addresses)
        return (*identity, self.instance_type, self.nodepool_id, self.charge_type, self.created, self.error)


class _NodeList(CountedList):
    nodes: tuple[Node, ...] | None = None
    page: Total


class NodePage(Paged):
    cluster_id: str
    nodes: tuple[Node, ...]
    narrowed: str = Field("", exclude=True)
    hint: str = Field("", exclude=True)

    def text(self) -> str:
        headline = self.headline(len(self.nodes), f"nodes{self.narrowed}", f"cluster {self.cluster_id}")
        if not self.nodes:
            return headline if self.total else f"{headline}{self.hint}"
        return f"{headline}\n{table(HEADERS, [node.row() for node in self.nodes])}"


@dataclass(frozen=True, kw_only=True)
class NodeFilter:
    """Every value is checked here, before it reaches the SDK. Raises InvalidInput."""

    nodepool_id: str = ""
    instance_ids: tuple[str, ...] = ()
    node_names: tuple[str, ...] = ()
    state: str = "all"

    def __post_init__(self) -> None:
        if self.nodepool_id:
            identifiers.nodepool_id(self.nodepool_id)
        for instance in self.instance_ids:
            identifiers.instance_id(instance)
        for name in self.node_names:
            identifiers.node_name(name)

    def __str__(self) -> str:
        state = "" if self.state == "all" else self.state
        told = {"state": state, "nodepool_id": self.nodepool_id}
        return narrowed(**told, instance_ids=self.instance_ids, node_names=self.node_names)


async def list_nodes(
    reach: Reach, cluster_id: str, wanted: NodeFilter, *, page_number: int, page_size: int
) -> NodePage:
    """Raises AckError; an empty page means that no node matches."""
    cluster = await reach.cluster(cluster_id)
    request = Request(
        action="DescribeClusterNodes", subject=f"cluster {cluster.id}", region=cluster.region, page_number=page_number
    )

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClusterNodesRequest

        query = DescribeClusterNodesRequest(
            nodepool_id=wanted.nodepool_id or None,
            instance_ids=",".join(wanted.instance_ids) or None,
            node_names=",".join(wanted.node_names) or None,
            state=None if wanted.state == "all" else wanted.state,
            page_number=str(page_number),
            page_size=str(page_size),
        )
        return client.describe_cluster_nodes_with_options(cluster.id, query, {}, runtime)

    found = await reach.account.read(request, call, _NodeList)
    return NodePage(
        cluster_id=cluster.id,
        nodes=found.nodes or (),
        total=found.page.total_count,
        page_number=page_number,
        page_size=page_size,
        narrowed=str(wanted),
        hint="" if wanted.state == "all" else _STATE_HINT,
    )
