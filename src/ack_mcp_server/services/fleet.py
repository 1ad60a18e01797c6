"""The clusters that a request can reach: those of its account, or the one of the server's own kubeconfig."""

import asyncio

from ack_mcp_server import identifiers
from ack_mcp_server.answers.paging import page_of
from ack_mcp_server.errors import NotFound
from ack_mcp_server.services import clusters
from ack_mcp_server.services.clusters import ClusterDetail, ClusterPage, ClusterSummary
from ack_mcp_server.services.narrowed import narrowed
from ack_mcp_server.services.reach import Reach


async def list_clusters(reach: Reach, *, region: str, name: str, page_number: int, page_size: int) -> ClusterPage:
    """Raises AckError. A server on its own kubeconfig lists that cluster, without a cloud call or a key."""
    if region:
        identifiers.region_id(region)
    if reach.has_local:
        return _local(reach, page_number, page_size)
    if reach.settings.clusters:
        return await _bound(reach, region, name, page_number, page_size)
    return await clusters.list_clusters(
        reach.account, region=region, name=name, page_number=page_number, page_size=page_size
    )


async def describe_cluster(reach: Reach, cluster_id: str) -> ClusterDetail:
    """Raises AckError."""
    return await clusters.describe_cluster(reach.account, (await reach.cluster(cluster_id)).id)


def _local(reach: Reach, page_number: int, page_size: int) -> ClusterPage:
    mode = reach.settings.mode
    local = ClusterSummary(
        cluster_id=reach.local_id, name=reach.local_id, region_id=clusters.UNKNOWN, state=clusters.UNKNOWN
    )
    return ClusterPage(
        clusters=(local,) if page_number == 1 else (),
        total=1,
        page_number=page_number,
        page_size=page_size,
        where=f"the server's own kubeconfig ({mode})",
    )


async def _bound(reach: Reach, region: str, name: str, page_number: int, page_size: int) -> ClusterPage:
    """Of the clusters that the operator names, those that this key sees; each is asked for by its id."""
    ids = reach.settings.clusters
    found = await asyncio.gather(*(_if_visible(reach, cluster_id) for cluster_id in ids))
    matching = [c for c in found if c and name in c.name and region in ("", c.region_id)]
    return ClusterPage(
        clusters=page_of(matching, page_number, page_size),
        total=len(matching),
        page_number=page_number,
        page_size=page_size,
        where=f"the {len(ids)} that this server touches",
        narrowed=narrowed(name=name, region=region),
    )


async def _if_visible(reach: Reach, cluster_id: str) -> ClusterSummary | None:
    try:
        return await clusters.describe_cluster(reach.account, identifiers.cluster_id(cluster_id))
    except NotFound:
        return None
