"""A cluster, or some of its namespaces, as they were read for one triage: objects by kind, and who belongs to whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ack_mcp_server.triage.objects import (
    NOTHING,
    Object,
    Ref,
    controller_of,
    is_true,
    items,
    name_of,
    namespace_of,
    ref_of,
    text,
    time_of,
)

_PARENTS = ("ReplicaSet", "Job")  # whose own controller is what people know


@dataclass(frozen=True)
class Scene:
    """`missing`: by kind, why it could not be read. What is missing is no evidence of absence."""

    now: datetime
    objects: Mapping[str, Sequence[Object]]
    missing: Mapping[str, str] = field(default_factory=dict)

    def all(self, kind: str) -> Sequence[Object]:
        return self.objects.get(kind, ())

    def knows(self, kind: str) -> bool:
        return kind not in self.missing and kind in self.objects

    def find(self, kind: str, namespace: str, name: str) -> Object:
        return self._by_ref.get(Ref(kind.lower(), namespace, name), NOTHING)

    @cached_property
    def _by_ref(self) -> Mapping[Ref, Object]:
        return {ref_of(obj): obj for kind, members in self.objects.items() if kind != "Event" for obj in members}

    @cached_property
    def _by_uid(self) -> Mapping[str, Object]:
        return {text(obj, "metadata", "uid"): obj for obj in self._by_ref.values()}

    @cached_property
    def _events(self) -> Mapping[Ref, list[Object]]:
        found: defaultdict[Ref, list[Object]] = defaultdict(list)
        for event in self.all("Event"):
            about = event.get("involvedObject") or NOTHING
            found[Ref(text(about, "kind").lower(), text(about, "namespace"), text(about, "name"))].append(event)
        for events in found.values():
            events.sort(key=seen_last, reverse=True)
        return found

    def events(self, about: Object | Ref, *reasons: str) -> list[Object]:
        """Newest first; of any reason when none is named."""
        ref = about if isinstance(about, Ref) else ref_of(about)
        return [event for event in self._events.get(ref, ()) if not reasons or text(event, "reason") in reasons]

    def owner(self, obj: Object) -> Object:
        """Its controller among what was read."""
        return self._by_uid.get(text(controller_of(obj), "uid"), NOTHING)

    def workload_of(self, pod: Object) -> Ref:
        """What people know it by: its Deployment, StatefulSet, DaemonSet, CronJob's Job, or itself."""
        reference = controller_of(pod)
        if not reference:
            return ref_of(pod)
        owner = self._by_uid.get(text(reference, "uid"), NOTHING)
        if text(owner, "kind") == "ReplicaSet" and controller_of(owner):
            reference = controller_of(owner)
        return Ref(text(reference, "kind").lower(), namespace_of(pod), text(reference, "name"))

    @cached_property
    def pods_by_workload(self) -> Mapping[Ref, list[Object]]:
        found: defaultdict[Ref, list[Object]] = defaultdict(list)
        for pod in self.all("Pod"):
            found[self.workload_of(pod)].append(pod)
        return found

    @cached_property
    def lost_nodes(self) -> frozenset[str]:
        return frozenset(name_of(node) for node in self.all("Node") if not is_true(node, "Ready"))


def seen_last(event: Object) -> str:
    """A stamp that sorts; Events have their time in one of several places."""
    series = text(event, "series", "lastObservedTime")
    stamps = (
        text(event, "lastTimestamp"),
        series,
        text(event, "eventTime"),
        text(event, "metadata", "creationTimestamp"),
    )
    return max(stamps)


def last_seen(event: Object) -> datetime | None:
    return time_of({"at": seen_last(event)}, "at")


def count_of(event: Object) -> int:
    counts = (event.get("count"), (event.get("series") or {}).get("count"))
    return max(count for count in (*counts, 1) if isinstance(count, int))


def containers(pod: Object) -> list[Object]:
    return items(pod, "spec", "containers")
