"""Which versions of an addon there are, as far as the catalogue tells."""

from typing import Any

from pydantic import BaseModel

from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach


class _Newer(BaseModel):
    version: str = ""


class _Catalogued(BaseModel):
    version: str = ""
    newer_versions: tuple[_Newer, ...] | None = None


async def newer_versions(reach: Reach, cluster: ClusterRef, name: str, version: str) -> tuple[str, ...]:
    """Those that come after `version`. Raises InvalidInput where that is none, and AckError."""
    request = Request(
        action="DescribeAddon",
        subject=f"addon {name} of cluster {cluster.id}",
        region=cluster.region,
        listed_by="list_cluster_addons",
    )

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeAddonRequest

        query = DescribeAddonRequest(cluster_id=cluster.id, region_id=cluster.region, version=version)
        return client.describe_addon_with_options(name, query, {}, runtime)

    found = await reach.account.read(request, call, _Catalogued)
    return tuple(each.version for each in found.newer_versions or () if each.version)
