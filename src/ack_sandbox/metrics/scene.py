"""A cluster at one moment, with its past: what the families of series are worked out from, on any thread."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ack_sandbox.kube.objects import Object, condition, dig, metadata, name_of, namespace_of, parse_time
from ack_sandbox.kube.usage import Usage, Usages, phase_of
from ack_sandbox.metrics.course import Course, course_of
from ack_sandbox.metrics.history import Spell, created
from ack_sandbox.metrics.load import Load
from ack_sandbox.metrics.spans import Span, Spans, common, without
from ack_sandbox.plan import ClusterPlan

RHYTHM = 0.45
"""Of workloads that are scaled by their load."""


@dataclass(frozen=True)
class Placed:
    """A container of one version of a pod that a node has taken."""

    pod: Object
    container: Object
    status: Object
    course: Course
    usage: Usage
    load: Load  # cores
    kept: Spans  # while this version held and the node told of it

    @property
    def running(self) -> Spans:
        return common(self.course.lives, self.kept)

    def limit(self, resource: str) -> str | None:
        found: str | None = dig(self.container, "resources", "limits", resource)
        return found


@dataclass
class Scene:
    plan: ClusterPlan
    opened: float
    now: float
    spells: Mapping[str, Sequence[Spell]]
    usages: Usages
    machines: dict[str, Any] = field(default_factory=dict)  # what was worked out of nodes

    def of(self, resource: str) -> Sequence[Spell]:
        return self.spells.get(resource, ())

    def load(self, name: str, level: float, *, rhythm: float = 0.0) -> Load:
        return Load(level, phase_of(name), self.opened, rhythm=rhythm)

    @cached_property
    def silent(self) -> dict[str, Spans]:
        """By node: when its kubelet told nothing."""
        silent: dict[str, list[Span]] = defaultdict(list)
        for spell in self.of("/nodes"):
            ready = condition(spell.object, "Ready") or {}
            if ready.get("status") != "True":
                since = parse_time(ready["lastTransitionTime"]).timestamp() if ready.get("lastTransitionTime") else 0
                silent[name_of(spell.object)].append((min(max(since, spell.span[0]), self.now), spell.span[1]))
        return {node: tuple(sorted(spans)) for node, spans in silent.items()}

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Of nodes, by name."""
        addresses = (
            (name_of(spell.object), each["address"])
            for spell in self.of("/nodes")
            for each in dig(spell.object, "status", "addresses", default=[])
            if each["type"] == "InternalIP"
        )
        return dict(addresses)

    def told(self, spell: Spell) -> Spans:
        """The time of a version of a pod or node in which its kubelet told of it."""
        node = dig(spell.object, "spec", "nodeName") or name_of(spell.object)
        return without((spell.span,), self.silent.get(node, ()))

    @cached_property
    def placed(self) -> list[Placed]:
        return [each for spell in self.of("/pods") for each in self._placed(spell)]

    @cached_property
    def by_node(self) -> dict[str, list[Placed]]:
        found: dict[str, list[Placed]] = defaultdict(list)
        for each in self.placed:
            found[each.pod["spec"]["nodeName"]].append(each)
        return found

    def _placed(self, spell: Spell) -> Iterator[Placed]:
        pod = spell.object
        if not dig(pod, "spec", "nodeName"):
            return
        kept = self.told(spell)
        for container, status in containers_of(pod):
            usage = self.usages.level(pod, container)
            rhythm = RHYTHM if owner_of(pod, self.replica_sets) in self.scaled else 0.0
            name = f"{namespace_of(pod)}/{name_of(pod)}/{container['name']}"
            load = Load(usage.cpu / 1000, phase_of(name), self.opened, usage.swing, rhythm)
            yield Placed(pod, container, status, course_of(status, _started(pod)), usage, load, kept)

    @cached_property
    def replica_sets(self) -> dict[tuple[str, str], tuple[str, str]]:
        """The owner, as kind and name, by namespace and name of a replica set."""
        return {
            (namespace_of(spell.object), name_of(spell.object)): controller(spell.object)
            for spell in self.of("apps/replicasets")
        }

    @cached_property
    def scaled(self) -> set[tuple[str, str, str]]:
        """Namespace, kind and name of what an autoscaler scales."""
        targets = (spell.object for spell in self.of("autoscaling/horizontalpodautoscalers"))
        refs = ((namespace_of(each), dig(each, "spec", "scaleTargetRef", default={})) for each in targets)
        return {(space, ref.get("kind", ""), ref.get("name", "")) for space, ref in refs}


def containers_of(pod: Object) -> Iterator[tuple[Object, Object]]:
    """Each container, those of initialisation too, with its status."""
    for spec, status in (("containers", "containerStatuses"), ("initContainers", "initContainerStatuses")):
        statuses = {each["name"]: each for each in dig(pod, "status", status, default=[])}
        for container in dig(pod, "spec", spec, default=[]):
            if container["name"] in statuses:
                yield container, statuses[container["name"]]


def controller(obj: Object) -> tuple[str, str]:
    owners = metadata(obj).get("ownerReferences") or []
    return next(((str(each["kind"]), str(each["name"])) for each in owners if each.get("controller")), ("", ""))


def owner_of(pod: Object, replica_sets: Mapping[tuple[str, str], tuple[str, str]]) -> tuple[str, str, str]:
    """Namespace, kind and name of the workload, past its replica set."""
    space, (kind, name) = namespace_of(pod), controller(pod)
    if kind == "ReplicaSet":
        kind, name = replica_sets.get((space, name), (kind, name))
    return space, kind, name


def _started(pod: Object) -> float:
    text = dig(pod, "status", "startTime")
    return parse_time(text).timestamp() + 2 if text else created(pod)
