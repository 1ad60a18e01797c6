"""The scheduler: pods without a node get the one with the most room, or hear why none takes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers import fit
from ack_sandbox.kube.controllers.claims import Claims
from ack_sandbox.kube.controllers.events import emit, settle
from ack_sandbox.kube.controllers.plane import NODES, PODS, Plane, is_active
from ack_sandbox.kube.controllers.settings import claims_of
from ack_sandbox.kube.objects import Object, condition, dig, metadata, name_of, namespace_of, rfc3339

COMPONENT = "default-scheduler"
# A pod that fits nowhere is tried again after this long even when nothing changed.
RETRY = timedelta(minutes=5)


@dataclass(eq=False)
class Scheduler:
    plane: Plane
    claims: Claims

    def place(self, namespace: str, name: str, at: datetime) -> None:
        pod = self.plane.store.get(PODS, namespace, name)
        if pod is None or dig(pod, "spec", "nodeName") or not is_active(pod):
            return
        if dig(pod, "spec", "schedulerName", default=COMPONENT) != COMPONENT or pod["spec"].get("schedulingGates"):
            return
        pod_claims = list(claims_of(self.plane, pod))
        node, why = self._choose(pod, pod_claims)
        if node is None:
            self._unplaced(pod, why, at)
            return
        self.claims.serve(pod_claims, at)
        self._bind(pod, node, at)

    def waiting(self, namespace: str = "") -> list[Object]:
        return [pod for pod in self.plane.pods(namespace) if not dig(pod, "spec", "nodeName") and is_active(pod)]

    def _choose(self, pod: Object, pod_claims: list[tuple[str, Object | None]]) -> tuple[Object | None, str]:
        nodes = list(self.plane.store.objects(NODES))
        trouble = self.claims.trouble(pod_claims)
        if trouble:
            return None, fit.claim_sentence(len(nodes), trouble)
        rooms = fit.rooms(nodes, self.plane.pods())
        refused = [fit.refusals(pod, node, rooms[name_of(node)]) for node in nodes]
        fitting = [node for node, reasons in zip(nodes, refused, strict=True) if not reasons]
        if not fitting:
            return None, fit.sentence(refused) if nodes else "no nodes available to schedule pods"
        return max(fitting, key=lambda each: _emptiness(each, rooms[name_of(each)])), ""

    def _unplaced(self, pod: Object, why: str, at: datetime) -> None:
        emit(self.plane, pod, "FailedScheduling", why, at, component=COMPONENT, warning=True)
        old = condition(pod, "PodScheduled")
        if old is None or old.get("message") != why:
            made = {"type": "PodScheduled", "status": "False", "lastProbeTime": None}
            made["lastTransitionTime"] = old["lastTransitionTime"] if old else rfc3339(at)
            made |= {"reason": "Unschedulable", "message": why}
            status = {**(pod.get("status") or {}), "phase": "Pending", "conditions": [made]}
            self.plane.status(PODS, pod, status, at)
        self.plane.queue.add(self.place, namespace_of(pod), name_of(pod), self.plane.later(at, RETRY))

    def _bind(self, pod: Object, node: Object, at: datetime) -> None:
        placed = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": rfc3339(at)}
        status = {**(pod.get("status") or {}), "phase": "Pending", "conditions": [placed]}
        spec = {**pod["spec"], "nodeName": name_of(node)}
        bound = {**pod, "metadata": dict(metadata(pod)), "spec": spec, "status": status}
        self.plane.store.put(PODS, bound, at)
        text = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {name_of(node)}"
        emit(self.plane, pod, "Scheduled", text, at, component=COMPONENT)
        settle(self.plane, pod, at)


def _emptiness(node: Object, room: fit.Room) -> tuple[float, str]:
    """The share of its CPU that a node has left."""
    whole = fit.amount(str(dig(node, "status", "allocatable", "cpu", default="1"))) or 1
    return room.free["cpu"] / whole, name_of(node)
