"""Clusters that are made."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import Conflict, InvalidInput, NotEnabled
from ack_mcp_server.lifecycle.differences import settings_lines
from ack_mcp_server.lifecycle.extension import merged, read_extension
from ack_mcp_server.lifecycle.pool import check_machines, name_checked
from ack_mcp_server.lifecycle.pool_upgrade import version_checked
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.clusters import list_clusters
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.reach import ClusterRef, Reach

_PAGE = 100

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Founding(Asked):
    """A managed cluster. Further settings, such as addons or several node pools, are in `extension`."""

    tool: ClassVar[str] = "create_cluster"
    name: str
    region: str
    vswitch_ids: tuple[str, ...]
    vpc_id: str = ""
    version: str = ""
    spec: str = "ack.pro.small"
    service_cidr: str = ""
    pod_cidr: str = ""
    public_endpoint: bool = False
    deletion_protection: bool = True
    instance_types: tuple[str, ...] = ()
    desired_size: int = 0
    extension: str = ""

    def check(self) -> None:
        identifiers.region_id(self.region)
        if self.version:
            version_checked(self.version)
        name_checked(self.name, "cluster")
        if self.vpc_id:
            identifiers.vpc_id(self.vpc_id)
        for each in filter(None, (self.service_cidr, self.pod_cidr)):
            identifiers.cidr(each)
        check_machines(self.vswitch_ids, self.instance_types)
        if self.desired_size and not self.instance_types:
            raise InvalidInput("nodes need instance_types", next_step="Name at least one, such as ecs.g7.xlarge.")

    async def where(self, reach: Reach, cluster_id: str) -> ClusterRef:
        if reach.settings.clusters:
            raise NotEnabled(
                "create_cluster is off on a server with --clusters: a new one is none of those",
                next_step="Use a server without this bound, or describe the cluster to its operator.",
            )
        return ClusterRef(id="", region=self.region, public=False, private=False)

    async def proposed(self, scene: Scene) -> Proposed:
        page = await list_clusters(
            scene.reach.account, region=self.region, name=self.name, page_number=1, page_size=_PAGE
        )
        same = [cluster for cluster in page.clusters if cluster.name == self.name]
        if same:
            raise Conflict(
                f"there is a cluster {self.name} ({same[0].cluster_id}, {same[0].state})",
                next_step="Use another name, or that cluster.",
            )
        body = self._body(scene)
        subject = f"a new cluster {self.name} in {self.region}"
        return Proposed(
            subject=subject,
            kind="clusters",
            order=Order(action="CreateCluster", method="POST", path="/clusters", body=body),
            what=(f"{subject}:", *settings_lines(body)),
            aside=(
                "its control plane, load balancer and nodes are charged from when they are created",
                "creation takes about ten minutes and more; the task tells how far it is",
            ),
            takes_token=True,
            look="list_clusters",
        )

    def _body(self, scene: Scene) -> Json:
        base: Json = {
            "name": self.name,
            "region_id": self.region,
            "cluster_type": "ManagedKubernetes",
            "cluster_spec": self.spec,
            "endpoint_public_access": self.public_endpoint,
            "deletion_protection": self.deletion_protection,
            "vswitch_ids": list(self.vswitch_ids),
            **_given(
                vpcid=self.vpc_id,
                kubernetes_version=self.version,
                service_cidr=self.service_cidr,
                container_cidr=self.pod_cidr,
                nodepools=self._pools(),
            ),
        }
        return merged(base, read_extension(self.extension, scene.settings, "CreateClusterRequest"))

    def _pools(self) -> list[Json]:
        if not self.instance_types:
            return []
        group = {
            "instance_types": list(self.instance_types),
            "desired_size": self.desired_size,
            "vswitch_ids": list(self.vswitch_ids),
        }
        return [{"nodepool_info": {"name": "default-nodepool"}, "scaling_group": group}]


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value}
