"""The addons of a cluster: what is installed, in which state, and what there is."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import disarm
from ack_mcp_server.answers.table import table
from ack_mcp_server.errors import AckError
from ack_mcp_server.services.addon_reads import instances, offers, task_parameters
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
        others = disarm(one_line(", ".join(f"{addon.name} {addon.available}" for addon in self.not_installed)))
        lines += [f"not installed: {others}"] if others else []
        return "\n".join([*lines, *([f"not told: {disarm(one_line(self.unread))}"] if self.unread else [])])


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
            meant = (await task_parameters(reach, cluster, task.task_id)).get("components") or ()
        except AckError:
            continue
        for name in names:
            if name in meant:
                reasons.setdefault(name, f"{task.task_type} {task.task_id}: {task.error}")
    return reasons
