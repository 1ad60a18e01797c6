"""ReplicaSets: as many pods as asked for, made again when they go, and counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers.conditions import holds, is_ready, set_condition, without
from ack_sandbox.kube.controllers.events import emit, settle
from ack_sandbox.kube.controllers.making import Pods, Refused
from ack_sandbox.kube.controllers.plane import PODS, REPLICA_SETS, Plane, is_active, is_deleting
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, dig, labels_of, metadata, name_of, namespace_of, parse_time

COMPONENT = "replicaset-controller"
RETRY = timedelta(seconds=30)


@dataclass(eq=False)
class ReplicaSets:
    plane: Plane
    pods: Pods

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(REPLICA_SETS, namespace, name)
        if made is None or is_deleting(made):
            return
        active = [pod for pod in self.plane.claimed(PODS, made, at) if is_active(pod)]
        wanted = int(dig(made, "spec", "replicas", default=1))
        failure = ""
        try:
            active += [self._one_more(made, at) for _ in range(wanted - len(active))]
        except Refused as refused:
            failure = str(refused)
            self.plane.queue.add(self.reconcile, namespace, name, self.plane.later(at, RETRY))
            active = [pod for pod in self.plane.owned(PODS, made) if is_active(pod)]
        for pod in sorted(active, key=_worth)[: max(len(active) - wanted, 0)]:
            self._one_less(made, pod, at)
            active.remove(pod)
        self._report(made, active, failure, at)

    def _one_more(self, made: Object, at: datetime) -> Object:
        return self.pods.make(made, made["spec"]["template"], at, component=COMPONENT)

    def _one_less(self, made: Object, pod: Object, at: datetime) -> None:
        remove_pod(self.plane, pod, at)
        emit(self.plane, made, "SuccessfulDelete", f"Deleted pod: {name_of(pod)}", at, component=COMPONENT)

    def _report(self, made: Object, active: list[Object], failure: str, at: datetime) -> None:
        least = int(dig(made, "spec", "minReadySeconds", default=0))
        labels = dig(made, "spec", "template", "metadata", "labels", default={})
        counts = {
            "replicas": len(active),
            "fullyLabeledReplicas": sum(labels.items() <= labels_of(pod).items() for pod in active),
            "readyReplicas": sum(map(is_ready, active)),
            "availableReplicas": sum(is_available(pod, least, at) for pod in active),
        }
        status: Object = {key: value for key, value in counts.items() if value or key == "replicas"}
        status["observedGeneration"] = metadata(made).get("generation", 1)
        conditions = without(dig(made, "status", "conditions", default=[]), "ReplicaFailure")
        if failure:
            old = dig(made, "status", "conditions", default=[])
            conditions = set_condition(old, "ReplicaFailure", True, at, "FailedCreate", failure)
        if conditions:
            status["conditions"] = conditions
        elif dig(made, "status", "conditions"):
            settle(self.plane, made, at)
        self.plane.status(REPLICA_SETS, made, status, at)
        if least and counts["availableReplicas"] < counts["readyReplicas"]:
            look = at + timedelta(seconds=least)
            self.plane.queue.add(self.reconcile, namespace_of(made), name_of(made), look)


def is_available(pod: Object, least: int, at: datetime) -> bool:
    """Whether the pod has been ready for the seconds asked for."""
    if not is_ready(pod):
        return False
    ready = next(each for each in pod["status"]["conditions"] if each["type"] == "Ready")
    return parse_time(ready["lastTransitionTime"]) + timedelta(seconds=least) <= at or not least


def remove_pod(plane: Plane, pod: Object, at: datetime) -> None:
    found = plane.store.entry(PODS, namespace_of(pod), name_of(pod))
    if found is not None:
        delete(plane.state, plane.state.catalog.by_key[PODS], found, Options(), at)


def _worth(pod: Object) -> tuple[bool, bool, int, float]:
    """The order in which pods are given up: unplaced, not running, not ready, often restarted, young ones first."""
    restarts = sum(each["restartCount"] for each in dig(pod, "status", "containerStatuses", default=[]))
    born = parse_time(metadata(pod)["creationTimestamp"]).timestamp()
    placed = bool(dig(pod, "spec", "nodeName")) and dig(pod, "status", "phase") == "Running"
    return placed, holds(pod, "Ready"), -restarts, -born
