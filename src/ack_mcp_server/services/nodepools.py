"""The node pools of a cluster and its nodes as the cloud sees them."""

from typing import Any

from pydantic import AliasPath, Field

from ack_mcp_server import identifiers
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.paging import Paged, page_of
from ack_mcp_server.answers.table import table
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach

HEADERS = (
    "NAME",
    "NODEPOOL_ID",
    "TYPE",
    "STATE",
    "NODES",
    "HEALTHY",
    "FAILED",
    "AUTOSCALING",
    "INSTANCE_TYPES",
    "IMAGE",
)


class Autoscaling(Answer):
    enable: bool = False
    min_instances: int = 0
    max_instances: int = 0

    def __str__(self) -> str:
        return f"{self.min_instances}-{self.max_instances}" if self.enable else ""


class NodePool(Answer):
    nodepool_id: str = Field(validation_alias=AliasPath("nodepool_info", "nodepool_id"))
    name: str = Field("", validation_alias=AliasPath("nodepool_info", "name"))
    type: str = Field("", validation_alias=AliasPath("nodepool_info", "type"))
    is_default: bool = Field(False, validation_alias=AliasPath("nodepool_info", "is_default"))
    state: str = Field("", validation_alias=AliasPath("status", "state"))
    total_nodes: int = Field(0, validation_alias=AliasPath("status", "total_nodes"))
    healthy_nodes: int = Field(0, validation_alias=AliasPath("status", "healthy_nodes"))
    failed_nodes: int = Field(0, validation_alias=AliasPath("status", "failed_nodes"))
    desired_size: int | None = Field(None, validation_alias=AliasPath("scaling_group", "desired_size"))
    autoscaling: Autoscaling = Field(Autoscaling(), validation_alias="auto_scaling")
    instance_types: tuple[str, ...] = Field((), validation_alias=AliasPath("scaling_group", "instance_types"))
    image: str = Field("", validation_alias=AliasPath("scaling_group", "image_type"))
    runtime: str = Field("", validation_alias=AliasPath("kubernetes_config", "runtime"))
    runtime_version: str = Field("", validation_alias=AliasPath("kubernetes_config", "runtime_version"))
    created: str = Field("", validation_alias=AliasPath("nodepool_info", "created"))
    updated: str = Field("", validation_alias=AliasPath("nodepool_info", "updated"))

    def row(self) -> tuple[object, ...]:
        nodes = self.total_nodes if self.desired_size in (None, self.total_nodes) else self._nodes_and_desired()
        name = f"{self.name} (default)" if self.is_default else self.name
        scaling, types = str(self.autoscaling), self.instance_types
        kind, health = self.type, (self.healthy_nodes, self.failed_nodes)
        return (name, self.nodepool_id, kind, self.state, nodes, *health, scaling, types, self.image)

    def _nodes_and_desired(self) -> str:
        return f"{self.total_nodes} (desired {self.desired_size})"


class _NodePoolList(Answer):
    nodepools: tuple[NodePool, ...]


class NodePoolPage(Paged):
    cluster_id: str
    nodepools: tuple[NodePool, ...]

    def text(self) -> str:
        headline = self.headline(len(self.nodepools), "node pools", f"cluster {self.cluster_id}")
        return f"{headline}\n{table(HEADERS, [pool.row() for pool in self.nodepools])}" if self.nodepools else headline


async def list_nodepools(
    reach: Reach, cluster_id: str, nodepool_id: str, *, page_number: int, page_size: int
) -> NodePoolPage:
    """All pools, in pages cut here because the API answers them at once; or one, by id. Raises AckError."""
    if nodepool_id:
        identifiers.nodepool_id(nodepool_id)
    cluster = await reach.cluster(cluster_id)
    if nodepool_id:
        pools: tuple[NodePool, ...] = (await _fetch_one(reach, cluster, nodepool_id),)
    else:
        pools = await _fetch_all(reach, cluster)
    return NodePoolPage(
        cluster_id=cluster.id,
        nodepools=page_of(pools, page_number, page_size),
        total=len(pools),
        page_number=page_number,
        page_size=page_size,
    )


async def _fetch_all(reach: Reach, cluster: ClusterRef) -> tuple[NodePool, ...]:
    request = Request(action="DescribeClusterNodePools", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClusterNodePoolsRequest

        query = DescribeClusterNodePoolsRequest()
        return client.describe_cluster_node_pools_with_options(cluster.id, query, {}, runtime)

    return (await reach.account.read(request, call, _NodePoolList)).nodepools


async def _fetch_one(reach: Reach, cluster: ClusterRef, nodepool_id: str) -> NodePool:
    request = Request(
        action="DescribeClusterNodePoolDetail",
        subject=f"node pool {nodepool_id} of cluster {cluster.id}",
        region=cluster.region,
        listed_by="list_cluster_nodepools",
    )

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_cluster_node_pool_detail_with_options(cluster.id, nodepool_id, {}, runtime)

    return await reach.account.read(request, call, NodePool)
