"""A cluster, or some of its namespaces, as they were read for one triage: objects by kind, and who belongs to whom."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ack_mcp_server.kube.objects import (
    NOTHING,
    Object,
    Ref,
    controller_of,
    is_true,
    name_of,
    namespace_of,
    number,
    part,
    ref_of,
    text,
    time_of,
)
from ack_mcp_server.triage.labelled import Labelled

REVISION = "deployment.kubernetes.io/revision"
TEMPLATE_HASH = "pod-template-hash"
_PARENTS = ("ReplicaSet", "Job")  # whose own controller is what people know


@dataclass(frozen=True)
class Scene:
    """`missing`: by kind, why it could not be read, or not all of it. What is missing is no evidence of absence.

    What is looked up for each of many objects has an index here: clusters hold tens of thousands."""

    now: datetime
    objects: Mapping[str, Sequence[Object]]
    missing: Mapping[str, str] = field(default_factory=dict)

    def all(self, kind: str) -> Sequence[Object]:
        return self.objects.get(kind, ())

    def knows(self, *kinds: str) -> bool:
        """Whether all objects of these kinds were read."""
        return all(kind not in self.missing and kind in self.objects for kind in kinds)

    def find(self, kind: str, namespace: str, name: str) -> Object:
        return self._by_ref.get(Ref(kind.lower(), namespace, name), NOTHING)

    @cached_property
    def _by_ref(self) -> Mapping[Ref, Object]:
        return {ref_of(obj): obj for kind, members in self.objects.items() if kind != "Event" for obj in members}

    @cached_property
    def _by_uid(self) -> Mapping[str, Object]:
        """PodMetrics have no uid."""
        every = {text(obj, "metadata", "uid"): obj for obj in self._by_ref.values()}
        return {uid: obj for uid, obj in every.items() if uid}

    @cached_property
    def _events(self) -> Mapping[Ref, list[Object]]:
        found: defaultdict[Ref, list[Object]] = defaultdict(list)
        for event in self.all("Event"):
            about = part(event, "involvedObject")
            found[Ref(text(about, "kind").lower(), text(about, "namespace"), text(about, "name"))].append(event)
        for events in found.values():
            events.sort(key=seen_last, reverse=True)
        return found

    def events(self, about: Object | Ref, *reasons: str) -> list[Object]:
        """Newest first; of any reason when none is named. Not those of an earlier pod of the same name."""
        ref = about if isinstance(about, Ref) else ref_of(about)
        uid = text(about, "metadata", "uid") if ref.kind == "pod" else ""
        found = [event for event in self._events.get(ref, ()) if not reasons or text(event, "reason") in reasons]
        return [event for event in found if not uid or text(event, "involvedObject", "uid") in ("", uid)]

    def owner(self, obj: Object) -> Object:
        """Its controller among what was read."""
        return self._by_uid.get(text(controller_of(obj), "uid"), NOTHING)

    def workload_of(self, pod: Object) -> Ref:
        """What people know it by: its Deployment, StatefulSet, DaemonSet, CronJob's Job, or itself."""
        reference = controller_of(pod)
        if not reference or text(reference, "kind") == "Node":  # a static pod, which its node's kubelet runs
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
    def pods_by_node(self) -> Mapping[str, list[Object]]:
        return _grouped(self.all("Pod"), lambda pod: text(pod, "spec", "nodeName"))

    @cached_property
    def config_maps_by_namespace(self) -> Mapping[str, list[Object]]:
        return _grouped(self.all("ConfigMap"), namespace_of)

    @cached_property
    def _replica_sets(self) -> Mapping[str, list[Object]]:
        return _grouped(self.all("ReplicaSet"), lambda each: text(controller_of(each), "uid"))

    def replica_sets_of(self, owner: Object) -> list[Object]:
        uid = text(owner, "metadata", "uid")
        return self._replica_sets.get(uid, []) if uid else []

    def template_hash(self, owner: Object) -> str:
        """Of its pods by its present template; empty where that is not known. A rollback takes an old ReplicaSet."""
        sets = self.replica_sets_of(owner)
        newest = max(sets, key=_revision, default=NOTHING)
        return text(part(newest, "metadata", "labels"), TEMPLATE_HASH)

    @cached_property
    def completions(self) -> Mapping[str, list[str]]:
        """When jobs that completed were made, by the CronJob's uid; the stamps sort."""
        done = [job for job in self.all("Job") if is_true(job, "Complete") and controller_of(job)]
        found = _grouped(done, lambda job: text(controller_of(job), "uid"))
        return {uid: [text(job, "metadata", "creationTimestamp") for job in jobs] for uid, jobs in found.items()}

    def selected(self, namespace: str, selector: Object) -> list[Object]:
        """The pods that a selector means, those that completed too."""
        return self._labelled.selected(namespace, selector)

    @cached_property
    def _labelled(self) -> Labelled:
        return Labelled((pod, part(pod, "metadata", "labels")) for pod in self.all("Pod"))

    @cached_property
    def lost_nodes(self) -> frozenset[str]:
        return frozenset(name_of(node) for node in self.all("Node") if not is_true(node, "Ready"))


def _revision(replica_set: Object) -> int:
    told = text(part(replica_set, "metadata", "annotations"), REVISION)
    return int(told) if told.isdecimal() and len(told) < 10 else 0


def _grouped(objects: Iterable[Object], key: Callable[[Object], str]) -> Mapping[str, list[Object]]:
    found: defaultdict[str, list[Object]] = defaultdict(list)
    for obj in objects:
        found[key(obj)].append(obj)
    return found


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
    return max(number(event, "count"), number(event, "series", "count"), 1)
