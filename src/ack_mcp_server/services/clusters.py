"""The clusters of an account, in all regions: list and describe."""

from typing import Annotated, Any

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.paging import Paged
from ack_mcp_server.answers.table import facts, table
from ack_mcp_server.services.account import Account
from ack_mcp_server.services.clients import CENTRE
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.narrowed import narrowed
from ack_mcp_server.services.wire import EMBEDDED_JSON, CountedList, Total

UNKNOWN = "-"


class Tag(Answer):
    key: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.key}={self.value}" if self.value else self.key


class Endpoints(Answer):
    """Addresses of the API server; empty when the cluster has none of that kind."""

    public: str = Field("", validation_alias="api_server_endpoint")
    private: str = Field("", validation_alias="intranet_api_server_endpoint")


class ClusterSummary(Answer):
    cluster_id: str
    name: str
    region_id: str
    state: str = ""
    version: str = Field("", validation_alias="current_version")
    cluster_type: str = ""
    spec: str = Field("", validation_alias="cluster_spec")
    nodes: int | None = Field(None, validation_alias="size", description="Number of nodes; null where not known.")
    endpoints: Annotated[Endpoints, EMBEDDED_JSON] = Field(Endpoints(), validation_alias="master_url")
    created: str = ""


class MaintenanceWindow(Answer):
    enable: bool = False
    maintenance_time: str = ""
    duration: str = ""
    weekly_period: str = ""

    def __str__(self) -> str:
        return f"{self.weekly_period} {self.maintenance_time} for {self.duration}" if self.enable else ""


class ClusterDetail(ClusterSummary):
    next_version: str = Field("", description="Version that an upgrade would lead to.")
    vpc_id: str = ""
    vswitch_ids: tuple[str, ...] = ()
    security_group_id: str = ""
    resource_group_id: str = ""
    container_cidr: str = ""
    service_cidr: str = ""
    proxy_mode: str = ""
    timezone: str = ""
    deletion_protection: bool = False
    maintenance_window: MaintenanceWindow = MaintenanceWindow()
    tags: tuple[Tag, ...] = ()
    updated: str = ""

    def text(self) -> str:
        upgrade = f" (upgrade to {self.next_version} available)" if self.next_version else ""
        return facts(
            [
                ("cluster", f"{self.name} {self.cluster_id}"),
                ("region", self.region_id),
                ("state", self.state),
                ("version", self.version + upgrade),
                ("type", f"{self.cluster_type} {self.spec}"),
                ("nodes", self.nodes),
                ("public API server", self.endpoints.public or "none (reachable from its VPC only)"),
                ("private API server", self.endpoints.private),
                ("VPC", self.vpc_id),
                ("vswitches", self.vswitch_ids),
                ("security group", self.security_group_id),
                ("resource group", self.resource_group_id),
                ("pod CIDR", self.container_cidr),
                ("service CIDR", self.service_cidr),
                ("proxy mode", self.proxy_mode),
                ("timezone", self.timezone),
                ("deletion protection", self.deletion_protection),
                ("maintenance window", str(self.maintenance_window)),
                ("tags", tuple(str(tag) for tag in self.tags)),
                ("created", self.created),
                ("updated", self.updated),
            ]
        )


class _ClusterList(CountedList):
    clusters: tuple[ClusterSummary, ...] | None = None
    page_info: Total


class ClusterPage(Paged):
    clusters: tuple[ClusterSummary, ...]
    where: str = Field(description="What was looked at.")
    narrowed: str = Field("", exclude=True)

    def text(self) -> str:
        headline = self.headline(len(self.clusters), f"clusters{self.narrowed}", self.where)
        if not self.clusters:
            return headline
        headers = ("NAME", "CLUSTER_ID", "REGION", "STATE", "VERSION", "SPEC", "NODES", "PUBLIC", "CREATED")
        rows = [
            (
                c.name,
                c.cluster_id,
                c.region_id,
                c.state,
                c.version,
                c.spec,
                UNKNOWN if c.nodes is None else c.nodes,
                UNKNOWN if c.state == UNKNOWN else bool(c.endpoints.public),
                c.created,
            )
            for c in self.clusters
        ]
        return f"{headline}\n{table(headers, rows)}"


async def list_clusters(account: Account, *, region: str, name: str, page_number: int, page_size: int) -> ClusterPage:
    """Raises AckError; an empty page means that this key sees no such cluster."""
    request = Request(
        action="DescribeClustersV1",
        subject="the account's clusters",
        region=CENTRE,
        listed_by="",
        page_number=page_number,
    )

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClustersV1Request

        query = DescribeClustersV1Request(
            region_id=region or None, name=name or None, page_number=page_number, page_size=page_size
        )
        return client.describe_clusters_v1with_options(query, {}, runtime)

    found = await account.read(request, call, _ClusterList)
    return ClusterPage(
        clusters=found.clusters or (),
        total=found.page_info.total_count,
        page_number=page_number,
        page_size=page_size,
        where=region or "all regions",
        narrowed=narrowed(name=name),
    )


async def describe_cluster(account: Account, cluster_id: str) -> ClusterDetail:
    """Asks the endpoint that knows all regions, so that only the id is needed. Raises AckError."""
    request = Request(action="DescribeClusterDetail", subject=f"cluster {cluster_id}", region=CENTRE)

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_cluster_detail_with_options(cluster_id, {}, runtime)

    return await account.read(request, call, ClusterDetail)
