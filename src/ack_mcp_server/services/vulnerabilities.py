"""Vulnerabilities of a cluster's nodes, as Security Center found them: by node pool, or by node."""

from typing import Any

from pydantic import BaseModel, Field

from ack_mcp_server import identifiers
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.table import table
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach

POOL_HEADERS = ("VULNERABILITY", "NECESSITY", "NODES", "NODEPOOL", "NODEPOOL_ID", "TITLE", "CVES")
NODE_HEADERS = ("NODE", "VULNERABILITY", "NECESSITY", "REBOOT", "TITLE", "CVES")
_MOST = 120  # rows
_CVES = 5


class PoolVulnerability(Answer):
    name: str = Field(validation_alias="vul_name")
    title: str = Field("", validation_alias="vul_alias_name")
    necessity: str = ""
    nodes: int = Field(0, validation_alias="node_count")
    nodepool_id: str = ""
    nodepool_name: str = ""
    cves: tuple[str, ...] = Field((), validation_alias="cve_list")

    def row(self) -> tuple[object, ...]:
        place = (self.nodepool_name, self.nodepool_id)
        return (self.name, self.necessity, self.nodes, *place, self.title, self.cves[:_CVES])


class Vulnerability(Answer):
    name: str
    title: str = Field("", validation_alias="alias_name")
    necessity: str = ""
    need_reboot: bool = False
    cves: tuple[str, ...] = Field((), validation_alias="cve_list")


class NodeVulnerabilities(Answer):
    node: str = Field("", validation_alias="node_name")
    instance_id: str = ""
    found: tuple[Vulnerability, ...] = Field((), validation_alias="vul_list")


class PoolFindings(BaseModel):
    """Of one node pool; `fixable` says whether the service that fixes them was bought."""

    vul_records: tuple[NodeVulnerabilities, ...]
    fixable: bool | None = Field(None, validation_alias="vuls_fix_service_purchased")


class _ClusterFindings(BaseModel):
    vul_records: tuple[PoolVulnerability, ...]


class VulnerabilityList(Answer):
    cluster_id: str
    by_pool: tuple[PoolVulnerability, ...] = ()
    by_node: tuple[NodeVulnerabilities, ...] = ()
    fixable: bool | None = None

    def text(self) -> str:
        rows = [one.row() for one in self.by_pool] or [
            (node.node, one.name, one.necessity, one.need_reboot, one.title, one.cves[:_CVES])
            for node in self.by_node
            for one in node.found
        ]
        head = f"{len(rows)} vulnerabilities in cluster {self.cluster_id}"
        if self.fixable is False:
            head += "; the service that fixes them was not bought"
        if not rows:
            return head
        narrower = "; name a node pool" if self.by_pool else ""
        shown = f"\nthe first {_MOST} are shown{narrower}" if len(rows) > _MOST else ""
        return f"{head}\n{table(POOL_HEADERS if self.by_pool else NODE_HEADERS, rows[:_MOST])}{shown}"


async def list_vulnerabilities(reach: Reach, cluster_id: str, nodepool_id: str) -> VulnerabilityList:
    """Raises AckError."""
    if nodepool_id:
        identifiers.nodepool_id(nodepool_id)
    cluster = await reach.cluster(cluster_id)
    if nodepool_id:
        found = await of_pool(reach, cluster, nodepool_id)
        return VulnerabilityList(cluster_id=cluster.id, by_node=found.vul_records, fixable=found.fixable)
    request = Request(action="DescribeClusterVuls", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_cluster_vuls_with_options(cluster.id, {}, runtime)

    records = (await reach.account.read(request, call, _ClusterFindings)).vul_records
    return VulnerabilityList(cluster_id=cluster.id, by_pool=records)


async def of_pool(reach: Reach, cluster: ClusterRef, nodepool_id: str) -> PoolFindings:
    """Raises AckError."""
    request = Request(
        action="DescribeNodePoolVuls",
        subject=f"node pool {nodepool_id} of cluster {cluster.id}",
        region=cluster.region,
        listed_by="list_cluster_nodepools",
    )

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeNodePoolVulsRequest

        query = DescribeNodePoolVulsRequest()
        return client.describe_node_pool_vuls_with_options(cluster.id, nodepool_id, query, {}, runtime)

    return await reach.account.read(request, call, PoolFindings)
