"""Which change makes which controller look, a moment later, at what."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from ack_sandbox.kube.controllers import plane as resources
from ack_sandbox.kube.controllers.budgets import BUDGETS, selects
from ack_sandbox.kube.controllers.claims import CLASSES, VOLUMES, is_bound
from ack_sandbox.kube.controllers.conditions import holds, is_ready
from ack_sandbox.kube.controllers.endpoints import ENDPOINTS, SERVICES
from ack_sandbox.kube.controllers.events import of_kubelet
from ack_sandbox.kube.controllers.kubelet import stuck_pods
from ack_sandbox.kube.controllers.parts import Controllers
from ack_sandbox.kube.controllers.plane import controller_of, is_deleting, is_finished
from ack_sandbox.kube.controllers.queue import Look
from ack_sandbox.kube.lifecycle import NAMESPACES
from ack_sandbox.kube.objects import Object, condition, dig, labels_of, metadata, name_of, namespace_of
from ack_sandbox.kube.store import Change

# Watches bring a change to a controller, and its work back, within this time.
DELAY = timedelta(milliseconds=200)
# What pods of the kubelet's own may wait for.
AWAITED = ("/configmaps", "/secrets", "/serviceaccounts")
IGNORED = ("/events", "coordination.k8s.io/leases", "discovery.k8s.io/endpointslices")


@dataclass(eq=False)
class Triggers:
    parts: Controllers

    def react(self, change: Change) -> None:
        """Ask for the looks that a change calls for; nothing is changed here."""
        at = change.at + DELAY
        if change.type == "DELETED":
            self._emptied(namespace_of(change.entry.object), at)
        if change.resource in IGNORED:
            return
        handler = self._handlers.get(change.resource)
        if handler is not None:
            handler(change, at)
        if change.resource in AWAITED or self._is_backend(change):
            self._retry_stuck(namespace_of(change.entry.object), at)

    def _is_backend(self, change: Change) -> bool:
        return change.resource == ENDPOINTS and self.parts.plane.images.needs(name_of(change.entry.object))

    @cached_property
    def _handlers(self) -> dict[str, Callable[[Change, datetime], None]]:
        parts = self.parts
        return {
            resources.PODS: self._pod,
            resources.DEPLOYMENTS: self._itself(parts.deployments.reconcile),
            resources.REPLICA_SETS: self._itself(parts.replica_sets.reconcile),
            resources.STATEFUL_SETS: self._itself(parts.stateful_sets.reconcile),
            resources.DAEMON_SETS: self._itself(parts.daemon_sets.reconcile),
            resources.JOBS: self._itself(parts.jobs.reconcile),
            resources.CRON_JOBS: self._itself(parts.cron_jobs.reconcile),
            resources.CLAIMS: self._claim,
            resources.NODES: self._node,
            resources.QUOTAS: self._quota,
            CLASSES: self._storage,
            VOLUMES: self._storage,
            SERVICES: self._service,
            "networking.k8s.io/ingresses": lambda _, at: self._look(parts.ingresses.reconcile, "", "", at),
            BUDGETS: self._itself(parts.budgets.reconcile),
            NAMESPACES: self._itself(parts.namespaces.reconcile),
        }

    def _look(self, look: Look, namespace: str, name: str, at: datetime) -> None:
        self.parts.plane.queue.add(look, namespace, name, at)

    def _itself(self, look: Look) -> Callable[[Change, datetime], None]:
        """Look at what changed, unless only its status did, and at its owner."""

        def handle(change: Change, at: datetime) -> None:
            made = change.entry.object
            if _is_new_to_controllers(change):
                self._look(look, namespace_of(made), name_of(made), at)
            self._owner(made, at)

        return handle

    def _owner(self, made: Object, at: datetime) -> None:
        owner = controller_of(made)
        look = self._owners.get(owner["kind"]) if owner else None
        if owner and look:
            self._look(look, namespace_of(made), owner["name"], at)

    @cached_property
    def _owners(self) -> dict[str, Look]:
        parts = self.parts
        return {
            "Deployment": parts.deployments.reconcile,
            "ReplicaSet": parts.replica_sets.reconcile,
            "StatefulSet": parts.stateful_sets.reconcile,
            "DaemonSet": parts.daemon_sets.reconcile,
            "Job": parts.jobs.reconcile,
        }

    def _pod(self, change: Change, at: datetime) -> None:
        pod, before = change.entry.object, change.previous.object if change.previous else None
        if change.type == "MODIFIED" and before is not None and _gist(pod) == _gist(before):
            return
        space, name = namespace_of(pod), name_of(pod)
        self._owner(pod, at)
        for service in self.parts.endpoints.selecting(space, labels_of(pod), labels_of(before or {})):
            self._look(self.parts.endpoints.reconcile, space, service, at)
        self._bounded(pod, at)
        if change.type == "DELETED" or is_finished(pod):
            self._retry_unplaced(at)
        elif is_deleting(pod) and before is not None and not is_deleting(before):
            self._look(self._say_killing, space, name, at)
        elif not dig(pod, "spec", "nodeName"):
            self._look(self.parts.scheduler.place, space, name, at)
        elif _is_for_kubelet(pod, before):
            self._look(self.parts.kubelets.advance, space, name, at)

    def _say_killing(self, namespace: str, name: str, at: datetime) -> None:
        pod = self.parts.plane.store.get(resources.PODS, namespace, name)
        for each in dig(pod, "status", "containerStatuses", default=[]):
            if "running" in each["state"]:
                text = f"Stopping container {each['name']}"
                of_kubelet(self.parts.plane, pod or {}, "Killing", text, at, container=each["name"])

    def _bounded(self, pod: Object, at: datetime) -> None:
        """Quotas and budgets count the pod."""
        space = namespace_of(pod)
        for quota in self.parts.plane.store.objects(resources.QUOTAS, space):
            self._look(self.parts.quotas.reconcile, space, name_of(quota), at)
        for budget in self.parts.plane.store.objects(BUDGETS, space):
            if selects(budget, labels_of(pod)):
                self._look(self.parts.budgets.reconcile, space, name_of(budget), at)

    def _retry_unplaced(self, at: datetime) -> None:
        for pod in self.parts.scheduler.waiting():
            self._look(self.parts.scheduler.place, namespace_of(pod), name_of(pod), at)

    def _retry_stuck(self, namespace: str, at: datetime) -> None:
        for pod in stuck_pods(self.parts.kubelets, namespace):
            self._look(self.parts.kubelets.retry, namespace, name_of(pod), at)

    def _claim(self, change: Change, at: datetime) -> None:
        claim = change.entry.object
        self._look(self.parts.claims.reconcile, namespace_of(claim), name_of(claim), at)
        self._retry_unplaced(at + DELAY)

    def _storage(self, change: Change, at: datetime) -> None:
        for claim in self.parts.plane.store.objects(resources.CLAIMS):
            if not is_bound(claim):
                self._look(self.parts.claims.reconcile, namespace_of(claim), name_of(claim), at)
        self._retry_unplaced(at + DELAY)

    def _node(self, change: Change, at: datetime) -> None:
        node, before = change.entry.object, change.previous.object if change.previous else None
        if change.type == "MODIFIED" and before is not None and _standing(node) == _standing(before):
            return
        self._look(self.parts.nodes.reconcile, "", name_of(node), at)
        if before is not None and holds(node, "Ready") and not holds(before, "Ready"):
            self._begin_pods(name_of(node), at)
        self._retry_unplaced(at + DELAY)
        for made in self.parts.plane.store.objects(resources.DAEMON_SETS):
            self._look(self.parts.daemon_sets.reconcile, namespace_of(made), name_of(made), at + DELAY)

    def _begin_pods(self, node: str, at: datetime) -> None:
        """The kubelet reports, and takes up the pods that were bound to its node before."""
        for pod in self.parts.plane.pods():
            if dig(pod, "spec", "nodeName") == node:
                self._look(self.parts.kubelets.advance, namespace_of(pod), name_of(pod), at)

    def _quota(self, change: Change, at: datetime) -> None:
        """What a quota refused before may be allowed now."""
        if not _is_new_to_controllers(change):
            return
        quota = change.entry.object
        space = namespace_of(quota)
        self._look(self.parts.quotas.reconcile, space, name_of(quota), at)
        for kind in (resources.REPLICA_SETS, resources.STATEFUL_SETS, resources.JOBS):
            for made in self.parts.plane.store.objects(kind, space):
                if _is_short(made):
                    self._look(self._owners[made["kind"]], space, name_of(made), at)

    def _service(self, change: Change, at: datetime) -> None:
        made = change.entry.object
        self._look(self.parts.endpoints.reconcile, namespace_of(made), name_of(made), at)
        self._look(self.parts.ingresses.reconcile, "", "", at)

    def _emptied(self, space: str, at: datetime) -> None:
        """A terminating namespace that lost content is looked at again."""
        around = self.parts.plane.store.get(NAMESPACES, "", space) if space else None
        if around is not None and is_deleting(around):
            self._look(self.parts.namespaces.reconcile, "", space, at)


def _is_new_to_controllers(change: Change) -> bool:
    """Whether more than the status changed."""
    if change.type != "MODIFIED" or change.previous is None:
        return change.type == "ADDED"
    new, old = change.entry.object, change.previous.object
    return new.get("spec") != old.get("spec") or _marks(new) != _marks(old)


def _marks(obj: Object) -> tuple[Any, ...]:
    meta = metadata(obj)
    return meta.get("annotations"), meta.get("labels"), meta.get("ownerReferences"), meta.get("deletionTimestamp")


def _gist(pod: Object) -> tuple[Any, ...]:
    """What others than its kubelet care about in a pod."""
    status = pod.get("status") or {}
    images = [each["image"] for each in dig(pod, "spec", "containers", default=[])]
    place = (dig(pod, "spec", "nodeName"), status.get("podIP"), status.get("phase"))
    restarts = [each["restartCount"] for each in status.get("containerStatuses") or []] if _is_tasks(pod) else None
    return (
        *place,
        images,
        labels_of(pod),
        is_ready(pod),
        is_deleting(pod),
        metadata(pod).get("ownerReferences"),
        restarts,
    )


def _is_tasks(pod: Object) -> bool:
    return (controller_of(pod) or {}).get("kind") == "Job"


def _is_for_kubelet(pod: Object, before: Object | None) -> bool:
    """Whether the kubelet has something new to do: a pod of its own, or other images for it."""
    if is_deleting(pod):
        return False
    if before is None or not dig(before, "spec", "nodeName"):
        return True
    return [each["image"] for each in pod["spec"]["containers"]] != [
        each["image"] for each in before["spec"]["containers"]
    ]


def _standing(node: Object) -> tuple[Any, ...]:
    """What of a node matters for pods; its heartbeats do not."""
    ready = dig(condition(node, "Ready") or {}, "status")
    return node.get("spec"), labels_of(node), ready, dig(node, "status", "allocatable")


def _is_short(made: Object) -> bool:
    if made["kind"] == "Job":
        return not dig(made, "status", "completionTime") and not dig(made, "status", "active")
    return int(dig(made, "spec", "replicas", default=1)) != int(dig(made, "status", "replicas", default=0))
