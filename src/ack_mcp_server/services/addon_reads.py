"""The addons of a cluster as the API tells them: what is installed, what there is, what one consists of."""

import json
from typing import Any

from pydantic import BaseModel

from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach


class Instance(BaseModel):
    name: str
    version: str = ""
    state: str = ""


class _Instances(BaseModel):
    addons: tuple[Instance, ...]


class Offer(BaseModel):
    """An addon in the catalogue, at its newest version for the cluster."""

    name: str
    version: str = ""
    managed: bool = False


class _Offers(BaseModel):
    addons: tuple[Offer, ...]


class Installed(BaseModel):
    """One that is installed, with its settings (JSON as text)."""

    name: str
    version: str = ""
    state: str = ""
    config: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        try:
            parsed = json.loads(self.config or "{}")
        except (ValueError, RecursionError):
            return {}
        return parsed if isinstance(parsed, dict) else {}


class Piece(BaseModel):
    kind: str = ""
    name: str = ""
    namespace: str = ""


class Pieces(BaseModel):
    kubernetes_objects: tuple[Piece, ...] = ()


class _Parameters(BaseModel):
    parameters: dict[str, Any] = {}


async def instances(reach: Reach, cluster: ClusterRef) -> tuple[Instance, ...]:
    """Raises AckError."""

    def call(client: Any, runtime: Any) -> Any:
        return client.list_cluster_addon_instances_with_options(cluster.id, {}, runtime)

    return (await reach.account.read(_request("ListClusterAddonInstances", cluster), call, _Instances)).addons


async def offers(reach: Reach, cluster: ClusterRef) -> tuple[Offer, ...]:
    """Raises AckError."""

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import ListAddonsRequest

        query = ListAddonsRequest(cluster_id=cluster.id, region_id=cluster.region)
        return client.list_addons_with_options(query, {}, runtime)

    return (await reach.account.read(_request("ListAddons", cluster), call, _Offers)).addons


async def installed(reach: Reach, cluster: ClusterRef, name: str) -> Installed:
    """Raises AckError."""

    def call(client: Any, runtime: Any) -> Any:
        return client.get_cluster_addon_instance_with_options(cluster.id, name, {}, runtime)

    return await reach.account.read(_request("GetClusterAddonInstance", cluster, name), call, Installed)


async def pieces(reach: Reach, cluster: ClusterRef, name: str) -> tuple[Piece, ...]:
    """The objects that an addon consists of. Raises AckError."""

    def call(client: Any, runtime: Any) -> Any:
        return client.list_cluster_addon_instance_resources_with_options(cluster.id, name, {}, runtime)

    request = _request("ListClusterAddonInstanceResources", cluster, name)
    return (await reach.account.read(request, call, Pieces)).kubernetes_objects


def _request(action: str, cluster: ClusterRef, name: str = "") -> Request:
    subject = f"addon {name} of cluster {cluster.id}" if name else f"cluster {cluster.id}"
    return Request(action=action, subject=subject, region=cluster.region, listed_by="list_cluster_addons")


async def task_parameters(reach: Reach, cluster: ClusterRef, task_id: str) -> dict[str, Any]:
    """Of a task. Raises AckError."""
    request = Request(action="DescribeTaskInfo", subject=f"task {task_id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_task_info_with_options(task_id, {}, runtime)

    return (await reach.account.read(request, call, _Parameters)).parameters
