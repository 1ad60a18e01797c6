"""Deployments: a ReplicaSet for each template, rolled within the bounds of the strategy, kept for the history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ack_sandbox.kube.controllers import rollout_status, templates
from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.plane import DEPLOYMENTS, PODS, REPLICA_SETS, Plane, is_deleting, reference_to
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of, parse_time

COMPONENT = "deployment-controller"
REVISION = "deployment.kubernetes.io/revision"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(eq=False)
class Deployments:
    plane: Plane

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(DEPLOYMENTS, namespace, name)
        if made is None or is_deleting(made):
            return
        sets = self.plane.claimed(REPLICA_SETS, made, at)
        newest = _newest(made, sets)
        if made["spec"].get("paused"):
            self._scale_in_share(made, sets, at)
        else:
            newest = self._current(made, newest, sets, at)
            self._roll(made, newest, at)
            self._forget(made, newest, at)
        made = self.plane.store.get(DEPLOYMENTS, namespace, name) or made
        sets = self.plane.owned(REPLICA_SETS, made)
        status, look = rollout_status.status(made, _newest(made, sets), sets, at)
        self.plane.status(DEPLOYMENTS, made, status, at)
        if look is not None:
            self.plane.queue.add(self.reconcile, namespace, name, look)

    def _current(self, made: Object, newest: Object | None, sets: list[Object], at: datetime) -> Object:
        """The ReplicaSet of the present template, as the latest revision; the Deployment is told its number."""
        latest = max(map(revision, sets), default=0)
        if newest is None:
            newest = self._new_set(made, latest + 1, at)
        elif revision(newest) < latest:
            newest = self._annotate(REPLICA_SETS, newest, {REVISION: str(latest + 1)}, at)
        self._annotate(DEPLOYMENTS, made, {REVISION: str(revision(newest))}, at)
        return newest

    def _new_set(self, made: Object, number: int, at: datetime) -> Object:
        template = made["spec"]["template"]
        digits = templates.digest(template, metadata(made)["uid"])
        marked = {templates.HASH: digits}
        labels = {**(dig(template, "metadata", "labels", default={})), **marked}
        shared = {**template, "metadata": {**(template.get("metadata") or {}), "labels": labels}}
        matched = {**made["spec"]["selector"].get("matchLabels", {}), **marked}
        kept = {key: value for key, value in (metadata(made).get("annotations") or {}).items() if key != APPLIED}
        meta = {"name": f"{name_of(made)}-{digits}", "namespace": namespace_of(made), "generation": 1}
        meta |= {"labels": labels, "ownerReferences": [reference_to(made)]}
        meta["annotations"] = {**kept, **_sizes(made), REVISION: str(number)}
        spec = {"replicas": 0, "selector": {**made["spec"]["selector"], "matchLabels": matched}, "template": shared}
        if made["spec"].get("minReadySeconds"):
            spec["minReadySeconds"] = made["spec"]["minReadySeconds"]
        document = {"kind": "ReplicaSet", "apiVersion": "apps/v1", "metadata": meta, "spec": spec}
        return self.plane.create(REPLICA_SETS, {**document, "status": {"replicas": 0}}, at)

    def _annotate(self, resource: str, obj: Object, marks: dict[str, str], at: datetime) -> Object:
        annotations = metadata(obj).get("annotations") or {}
        if marks.items() <= annotations.items():
            return obj
        return self.plane.put(resource, {**obj, "metadata": {**metadata(obj), "annotations": annotations | marks}}, at)

    def _roll(self, made: Object, newest: Object, at: datetime) -> None:
        """One step: the new ReplicaSet up as far as the surge lets it, the old ones down as far as enough are left."""
        wanted = int(dig(made, "spec", "replicas", default=1))
        surge, missing = templates.bounds(made)
        old = [each for each in self.plane.owned(REPLICA_SETS, made) if name_of(each) != name_of(newest)]
        if dig(made, "spec", "strategy", "type") == "Recreate" and (any(map(size, old)) or self._has_pods(old)):
            for each in old:
                self._scale(made, each, 0, at)
            return
        room = wanted + surge - sum(map(size, old)) - size(newest)
        target = wanted if size(newest) > wanted else min(wanted, size(newest) + max(room, 0))
        newest = self._scale(made, newest, target, at)
        spare = sum(map(size, old)) + size(newest) - (wanted - missing) - (size(newest) - _available(newest))
        for each in sorted(old, key=lambda found: metadata(found)["creationTimestamp"]):
            unwell = min(max(size(each) - _available(each), 0), max(spare, 0))
            each = self._scale(made, each, size(each) - unwell, at)
            spare -= unwell
            gone = min(size(each), max(min(spare, sum(map(_available, [*old, newest])) - (wanted - missing)), 0))
            self._scale(made, each, size(each) - gone, at)
            spare -= gone

    def _has_pods(self, sets: list[Object]) -> bool:
        return any(self.plane.owned(PODS, each) for each in sets)

    def _scale(self, made: Object, replica_set: Object, target: int, at: datetime) -> Object:
        before = size(replica_set)
        replica_set = self._annotate(REPLICA_SETS, replica_set, _sizes(made), at)
        if target == before:
            return replica_set
        text = f"Scaled {'up' if target > before else 'down'} replica set {name_of(replica_set)} "
        emit(self.plane, made, "ScalingReplicaSet", f"{text}from {before} to {target}", at, component=COMPONENT)
        return self.plane.spec(REPLICA_SETS, replica_set, {**replica_set["spec"], "replicas": target}, at)

    def _scale_in_share(self, made: Object, sets: list[Object], at: datetime) -> None:
        """A paused Deployment that is scaled changes its largest ReplicaSet only."""
        wanted, total = int(dig(made, "spec", "replicas", default=1)), sum(map(size, sets))
        largest = max(sets, key=size, default=None)
        if largest is not None and total != wanted and _sizes(made)[DESIRED] != _desired(largest):
            self._scale(made, largest, max(size(largest) + wanted - total, 0), at)

    def _forget(self, made: Object, newest: Object, at: datetime) -> None:
        """Remove the oldest revisions that run nothing, beyond the limit of the history."""
        limit = int(dig(made, "spec", "revisionHistoryLimit", default=10))
        idle = [each for each in self.plane.owned(REPLICA_SETS, made) if name_of(each) != name_of(newest)]
        idle = [each for each in idle if not size(each) and not dig(each, "status", "replicas", default=0)]
        for each in sorted(idle, key=revision)[: max(len(idle) - limit, 0)]:
            self.plane.store.remove(REPLICA_SETS, namespace_of(each), name_of(each), at)


def _newest(made: Object, sets: list[Object]) -> Object | None:
    found = [each for each in sets if templates.same(each["spec"]["template"], made["spec"]["template"])]
    return min(found, key=lambda each: parse_time(metadata(each)["creationTimestamp"]), default=None)


def revision(obj: Object) -> int:
    text: Any = dig(obj, "metadata", "annotations", REVISION, default="0")
    return int(text) if str(text).isdigit() else 0


def size(replica_set: Object) -> int:
    return int(dig(replica_set, "spec", "replicas", default=1))


def _available(replica_set: Object) -> int:
    return int(dig(replica_set, "status", "availableReplicas", default=0))


def _desired(replica_set: Object) -> str:
    return str(dig(replica_set, "metadata", "annotations", DESIRED, default=""))


def _sizes(made: Object) -> dict[str, str]:
    wanted = int(dig(made, "spec", "replicas", default=1))
    return {DESIRED: str(wanted), MOST: str(wanted + templates.bounds(made)[0])}
