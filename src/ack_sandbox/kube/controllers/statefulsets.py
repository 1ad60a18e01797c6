"""StatefulSets: pods by number, one after the other, each with its claims; updated from the last to the first."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers import revisions
from ack_sandbox.kube.controllers.conditions import is_ready
from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.making import Pods, Refused
from ack_sandbox.kube.controllers.plane import CLAIMS, PODS, STATEFUL_SETS, Plane, is_deleting, is_finished
from ack_sandbox.kube.controllers.replicasets import RETRY, remove_pod
from ack_sandbox.kube.objects import Object, dig, labels_of, metadata, name_of, namespace_of

COMPONENT = "statefulset-controller"
REVISION = "controller-revision-hash"


@dataclass(eq=False)
class StatefulSets:
    plane: Plane
    pods: Pods

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(STATEFUL_SETS, namespace, name)
        if made is None or is_deleting(made):
            return
        newest, known = revisions.current(self.plane, made, at)
        pods = {_ordinal(each): each for each in self.plane.owned(PODS, made)}
        try:
            self._step(made, pods, name_of(newest), at)
        except Refused:
            self.plane.queue.add(self.reconcile, namespace, name, self.plane.later(at, RETRY))
        left = self.plane.owned(PODS, made)
        revisions.forget(self.plane, made, known, {labels_of(each).get(REVISION, "") for each in left}, at)
        self.plane.status(STATEFUL_SETS, made, _status(made, left, name_of(newest)), at)

    def _step(self, made: Object, pods: dict[int, Object], revision: str, at: datetime) -> None:
        """Make, remove or replace what comes next; an ordered set does one thing at a time."""
        wanted = int(dig(made, "spec", "replicas", default=1))
        ordered = dig(made, "spec", "podManagementPolicy", default="OrderedReady") == "OrderedReady"
        for ordinal in range(wanted):
            pod = pods.get(ordinal)
            if pod is None:
                self._one(made, ordinal, self._revision_for(made, ordinal, revision), at)
            elif not is_deleting(pod) and self._makes_way(made, pod, ordinal, revision):
                self._remove(made, pod, at)
            if ordered and (pod is None or not is_ready(pod)):
                return
        self._shrink(made, [pods[each] for each in sorted(pods, reverse=True) if each >= wanted], ordered, at)
        self._update(made, [pods[each] for each in sorted(pods, reverse=True) if each < wanted], revision, at)

    def _one(self, made: Object, ordinal: int, revision: str, at: datetime) -> None:
        name = f"{name_of(made)}-{ordinal}"
        volumes = [self._claim(made, each, name, at) for each in made["spec"].get("volumeClaimTemplates") or []]
        template = made["spec"]["template"]
        labels = {"apps.kubernetes.io/pod-index": str(ordinal), REVISION: revision}
        labels["statefulset.kubernetes.io/pod-name"] = name
        spec = {"volumes": [*volumes, *(template["spec"].get("volumes") or [])], "hostname": name}
        spec["subdomain"] = made["spec"].get("serviceName", "")
        self.pods.make(made, template, at, component=COMPONENT, name=name, labels=labels, spec=spec)

    def _claim(self, made: Object, template: Object, pod: str, at: datetime) -> Object:
        """The volume of a claim, which is made when it is not there."""
        name, space = f"{name_of(template)}-{pod}", namespace_of(made)
        if self.plane.store.get(CLAIMS, space, name) is None:
            labels = dig(made, "spec", "selector", "matchLabels", default={})
            meta = {"name": name, "namespace": space, "labels": dict(labels)}
            meta["finalizers"] = ["kubernetes.io/pvc-protection"]
            claim = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": meta, "spec": template["spec"]}
            self.plane.create(CLAIMS, {**claim, "status": {"phase": "Pending"}}, at)
        return {"name": name_of(template), "persistentVolumeClaim": {"claimName": name}}

    def _remove(self, made: Object, pod: Object, at: datetime) -> None:
        remove_pod(self.plane, pod, at)
        text = f"delete Pod {name_of(pod)} in StatefulSet {name_of(made)} successful"
        emit(self.plane, made, "SuccessfulDelete", text, at, component=COMPONENT)

    def _shrink(self, made: Object, extra: list[Object], ordered: bool, at: datetime) -> None:
        for pod in extra:
            if not is_deleting(pod):
                self._remove(made, pod, at)
            if ordered:
                return

    def _update(self, made: Object, pods: list[Object], revision: str, at: datetime) -> None:
        """Replace the last pod of an old revision, when all others are well."""
        if any(is_deleting(pod) for pod in pods):
            return
        for pod in pods:
            if self._is_outdated(made, pod, _ordinal(pod), revision):
                self._remove(made, pod, at)
                return
            if not is_ready(pod):
                return

    def _is_outdated(self, made: Object, pod: Object, ordinal: int, revision: str) -> bool:
        if dig(made, "spec", "updateStrategy", "type") == "OnDelete":
            return False
        return ordinal >= _partition(made) and labels_of(pod).get(REVISION) != revision

    def _makes_way(self, made: Object, pod: Object, ordinal: int, revision: str) -> bool:
        """Whether a pod has ended, or never got well with a template that was changed since."""
        return is_finished(pod) or (not is_ready(pod) and self._is_outdated(made, pod, ordinal, revision))

    def _revision_for(self, made: Object, ordinal: int, revision: str) -> str:
        kept = dig(made, "status", "currentRevision", default=revision)
        return kept if ordinal < _partition(made) else revision


def _partition(made: Object) -> int:
    return int(dig(made, "spec", "updateStrategy", "rollingUpdate", "partition", default=0))


def _ordinal(pod: Object) -> int:
    last = name_of(pod).rpartition("-")[2]
    return int(last) if last.isdigit() else -1


def _status(made: Object, pods: list[Object], revision: str) -> Object:
    ready = sum(map(is_ready, pods))
    updated = sum(labels_of(pod).get(REVISION) == revision for pod in pods)
    wanted = int(dig(made, "spec", "replicas", default=1))
    old = dig(made, "status", "currentRevision", default=revision)
    finished = updated == len(pods) == ready == wanted
    current = updated if finished or old == revision else len(pods) - updated
    return {
        "observedGeneration": metadata(made).get("generation", 1),
        "replicas": len(pods),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "currentReplicas": current,
        "updatedReplicas": updated,
        "currentRevision": revision if finished else old,
        "updateRevision": revision,
        "collisionCount": 0,
    }
