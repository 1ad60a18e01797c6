"""Node pools and clusters with all of their settings, as the cloud has them: what a change is compared with."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, PrivateAttr

from ack_mcp_server.services.clients import CENTRE
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.clusters import ClusterDetail
from ack_mcp_server.services.nodepools import NodePool
from ack_mcp_server.services.reach import ClusterRef, Reach

Json = dict[str, Any]


class Whole(BaseModel):
    """Every field, whatever its name."""

    model_config = ConfigDict(extra="allow")

    @property
    def fields(self) -> Json:
        return dict(self.model_extra or {})


class WholePool(Whole):
    """`summary` is the same as the tools show it."""

    _summary: NodePool = PrivateAttr()

    def model_post_init(self, _context: Any) -> None:
        self._summary = NodePool.model_validate(self.fields)

    @property
    def summary(self) -> NodePool:
        return self._summary

    def part(self, name: str) -> Mapping[str, Any]:
        found = self.fields.get(name)
        return found if isinstance(found, dict) else {}


class WholeCluster(Whole):
    """Likewise."""

    _summary: ClusterDetail = PrivateAttr()

    def model_post_init(self, _context: Any) -> None:
        self._summary = ClusterDetail.model_validate(self.fields)

    @property
    def summary(self) -> ClusterDetail:
        return self._summary


class _Pools(BaseModel):
    nodepools: tuple[WholePool, ...]


async def pool_settings(reach: Reach, cluster: ClusterRef, nodepool_id: str) -> WholePool:
    """Raises AckError."""
    request = Request(
        action="DescribeClusterNodePoolDetail",
        subject=f"node pool {nodepool_id} of cluster {cluster.id}",
        region=cluster.region,
        listed_by="list_cluster_nodepools",
    )

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_cluster_node_pool_detail_with_options(cluster.id, nodepool_id, {}, runtime)

    return await reach.account.read(request, call, WholePool)


async def all_pool_settings(reach: Reach, cluster: ClusterRef) -> tuple[WholePool, ...]:
    """Raises AckError."""
    request = Request(action="DescribeClusterNodePools", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClusterNodePoolsRequest

        return client.describe_cluster_node_pools_with_options(
            cluster.id, DescribeClusterNodePoolsRequest(), {}, runtime
        )

    return (await reach.account.read(request, call, _Pools)).nodepools


async def cluster_settings(reach: Reach, cluster: ClusterRef) -> WholeCluster:
    """Raises AckError."""
    request = Request(action="DescribeClusterDetail", subject=f"cluster {cluster.id}", region=CENTRE)

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_cluster_detail_with_options(cluster.id, {}, runtime)

    return await reach.account.read(request, call, WholeCluster)
