"""What a cluster made of other services: load balancers, disks, rules, and whether it goes along with the cluster."""

from typing import Any

from pydantic import AliasPath, BaseModel, Field

from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach


class Resource(BaseModel):
    instance_id: str = ""
    resource_type: str = ""
    state: str = ""
    goes: bool | None = Field(None, validation_alias=AliasPath("delete_behavior", "delete_by_default"))
    changeable: bool | None = Field(None, validation_alias=AliasPath("delete_behavior", "changeable"))


class _Resources(BaseModel):
    items: tuple[Resource, ...]


async def cluster_resources(reach: Reach, cluster: ClusterRef) -> tuple[Resource, ...]:
    """Raises AckError."""
    request = Request(action="DescribeClusterResources", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClusterResourcesRequest

        query = DescribeClusterResourcesRequest(with_addon_resources=True)
        return client.describe_cluster_resources_with_options(cluster.id, query, {}, runtime)

    return (await reach.account.read(request, call, _Resources)).items
