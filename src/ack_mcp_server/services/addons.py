"""The addons of a cluster: what is installed, in which state, and what there is."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.table import table
from ack_mcp_server.errors import AckError
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.tasks import Task, newest_tasks

HEADERS = ("ADDON", "INSTALLED", "STATE", "AVAILABLE", "REASON")
_FAILED = ("fail", "failed")
_MOST_TASKS = 5  # failed ones that are looked into for a reason


class Addon(Answer):
    """`installed` and `state` are empty for what is not installed, `available` for what is at its newest version."""

    name: str
    installed: str = ""
    state: str = ""
    available: str = ""
    reason: str = Field("", description="Why it failed, as its last task says.")

    def row(self) -> tuple[object, ...]:
        return (self.name, self.installed, self.state, self.available, self.reason)


class AddonList(Answer):
    cluster_id: str
    addons: tuple[Addon, ...]
    not_installed: tuple[Addon, ...] = ()
    unread: str = Field("", description="What could not be told of newer versions or reasons.")

    def text(self) -> str:
        lines = [f"{len(self.addons)} addons in cluster {self.cluster_id}"]
        lines += [table(HEADERS, [addon.row() for addon in self.addons])] if self.addons else []
        others = ", ".join(f"{addon.name} {addon.available}" for addon in self.not_installed)
        lines += [f"not installed: {others}"] if others else []
        return "\n".join([*lines, *([f"not told: {self.unread}"] if self.unread else [])])


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
        except ValueError:
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


async def list_addons(reach: Reach, cluster_id: str) -> AddonList:
    """Raises AckError for the addons themselves; what else is asked is named where it does not come."""
    cluster = await reach.cluster(cluster_id)
    installed = await instances(reach, cluster)
    unread: list[str] = []
    newest = {offer.name: offer.version for offer in await _or_none(offers(reach, cluster), "the catalogue", unread)}
    failed = [one.name for one in installed if one.state in _FAILED]
    reasons = await _reasons(reach, cluster, failed, unread) if failed else {}
    addons = [
        Addon(
            name=one.name,
            installed=one.version,
            state=one.state,
            available="" if newest.get(one.name) == one.version else newest.get(one.name, ""),
            reason=reasons.get(one.name, ""),
        )
        for one in installed
    ]
    there = {one.name for one in installed}
    others = [Addon(name=name, available=version) for name, version in newest.items() if name not in there]
    return AddonList(cluster_id=cluster.id, addons=tuple(addons), not_installed=tuple(others), unread="; ".join(unread))


async def _or_none(reading: Any, what: str, unread: list[str]) -> Sequence[Any]:
    try:
        found: Sequence[Any] = await reading
        return found
    except AckError as exc:
        unread.append(f"{what} ({exc.code}: {exc.message})")
        return ()


async def _reasons(reach: Reach, cluster: ClusterRef, names: Sequence[str], unread: list[str]) -> dict[str, str]:
    """By addon: the error of the last task that failed on it."""
    tasks: Sequence[Task] = await _or_none(newest_tasks(reach, cluster), "its tasks", unread)
    failed = [task for task in tasks if task.task_type.startswith("cluster_addon") and task.state in _FAILED]
    reasons: dict[str, str] = {}
    for task in failed[:_MOST_TASKS]:
        try:
            meant = (await _parameters(reach, cluster, task.task_id)).get("components") or ()
        except AckError:
            continue
        for name in names:
            if name in meant:
                reasons.setdefault(name, f"{task.task_type} {task.task_id}: {task.error}")
    return reasons


async def _parameters(reach: Reach, cluster: ClusterRef, task_id: str) -> dict[str, Any]:
    request = Request(action="DescribeTaskInfo", subject=f"task {task_id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_task_info_with_options(task_id, {}, runtime)

    return (await reach.account.read(request, call, _Parameters)).parameters


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
