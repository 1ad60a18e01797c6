"""What the objects of a cluster were at each time since the region opened: every version that meant a change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ack_sandbox.kube.objects import Object, dig, metadata, parse_time
from ack_sandbox.kube.store import Change, Store
from ack_sandbox.metrics.scrapes import HISTORY
from ack_sandbox.metrics.spans import FOREVER, Span

WATCHED = (
    "/namespaces",
    "/nodes",
    "/pods",
    "/services",
    "/endpoints",
    "/persistentvolumeclaims",
    "/resourcequotas",
    "apps/deployments",
    "apps/replicasets",
    "apps/statefulsets",
    "apps/daemonsets",
    "batch/jobs",
    "batch/cronjobs",
    "autoscaling/horizontalpodautoscalers",
    "policy/poddisruptionbudgets",
    "networking.k8s.io/ingresses",
)
MOST_VERSIONS = 50_000
_HEARTBEATS = ("lastHeartbeatTime", "lastProbeTime")


@dataclass(frozen=True)
class Spell:
    """One version of an object, and the span of seconds in which it was the present one."""

    object: Object
    span: Span


class History:
    """Listens to a store from now on."""

    def __init__(self, store: Store) -> None:
        self.changes = 0  # how many there were that meant something
        self._store = store
        self._since: dict[tuple[str, str], float] = {}
        self._past: dict[str, list[Spell]] = {resource: [] for resource in WATCHED}
        store.subscribe(self._hear)

    def spells(self) -> dict[str, list[Spell]]:
        """All versions by resource. Only the event loop's thread may ask; the answer is the caller's."""
        return {resource: [*self._past[resource], *self._present(resource)] for resource in WATCHED}

    def _present(self, resource: str) -> Iterator[Spell]:
        for entry in self._store.entries(resource):
            start = self._since.get((resource, entry.key)) or created(entry.object)
            yield Spell(entry.object, (start, FOREVER))

    def _hear(self, change: Change) -> None:
        if change.resource not in self._past:
            return
        before, now = change.previous, change.at.timestamp()
        place = (change.resource, change.entry.key)
        if before is not None:
            if change.type == "MODIFIED" and _essence(before.object) == _essence(change.entry.object):
                return
            start = self._since.get(place) or created(before.object)
            self._past[change.resource].append(Spell(before.object, (start, now)))
            self._forget(change.resource, change.at)
        self.changes += 1
        if change.type == "DELETED":
            self._since.pop(place, None)
        else:
            self._since[place] = now

    def _forget(self, resource: str, now: datetime) -> None:
        past = self._past[resource]
        if len(past) > MOST_VERSIONS:
            oldest = now.timestamp() - HISTORY
            self._past[resource] = [spell for spell in past[1:] if spell.span[1] > oldest]


def created(obj: Object) -> float:
    text = metadata(obj).get("creationTimestamp")
    return parse_time(text).timestamp() if text else -FOREVER


def _essence(obj: Object) -> tuple[Any, ...]:
    """Without what changes while nothing happens."""
    status = dict(obj.get("status") or {})
    conditions = dig(obj, "status", "conditions", default=[])
    status["conditions"] = [{key: v for key, v in each.items() if key not in _HEARTBEATS} for each in conditions]
    meta = metadata(obj)
    parts = (meta.get("labels"), meta.get("deletionTimestamp"), meta.get("generation"))
    return (*parts, obj.get("spec"), obj.get("subsets"), status)
