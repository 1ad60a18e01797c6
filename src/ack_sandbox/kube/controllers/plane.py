"""What every controller works with: the store, the queue, and the marks a new object gets."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers.queue import Queue
from ack_sandbox.kube.objects import Object, dig, labels_of, metadata, name_of, namespace_of, rfc3339
from ack_sandbox.kube.programs import Images
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.store import Store

PODS = "/pods"
NODES = "/nodes"
DEPLOYMENTS = "apps/deployments"
REPLICA_SETS = "apps/replicasets"
STATEFUL_SETS = "apps/statefulsets"
DAEMON_SETS = "apps/daemonsets"
REVISIONS = "apps/controllerrevisions"
JOBS = "batch/jobs"
CRON_JOBS = "batch/cronjobs"
CLAIMS = "/persistentvolumeclaims"
QUOTAS = "/resourcequotas"


@dataclass
class Plane:
    state: ClusterState
    queue: Queue
    events: dict[tuple[str, ...], str] = field(default_factory=dict)  # what was said of whom: the event's name
    _made: int = 0
    _addresses: int = 0

    @property
    def store(self) -> Store:
        return self.state.store

    @property
    def images(self) -> Images:
        return self.state.images

    def suffix(self, length: int = 5) -> str:
        self._made += 1
        return self.state.draws.at("made", self._made).suffix(length)

    def uid(self) -> str:
        self._made += 1
        return self.state.draws.at("uid", self._made).uid()

    def digest(self) -> str:
        self._made += 1
        return self.state.draws.at("digest", self._made).hex(64)

    def stamp(self, at: datetime) -> str:
        """The moment in nanoseconds, no two the same, as it stands in the names of events."""
        self._made += 1
        return f"{int(at.timestamp()) * 1_000_000_000 + at.microsecond * 1000 + self._made % 1000:x}"

    def address(self) -> str:
        """A pod's address, from a vSwitch that the first population does not use."""
        self._addresses += 1
        high, low = divmod(self._addresses, 250)
        return f"10.0.{200 + high % 50}.{low + 2}"

    def create(self, resource: str, obj: Object, at: datetime) -> Object:
        marks = {"uid": self.uid(), "creationTimestamp": rfc3339(at)}
        return self.store.put(resource, {**obj, "metadata": {**obj["metadata"], **marks}}, at).object

    def put(self, resource: str, obj: Object, at: datetime) -> Object:
        """Replace an object by one that shares parts with it."""
        return self.store.put(resource, {**obj, "metadata": dict(metadata(obj))}, at).object

    def status(self, resource: str, obj: Object, status: Object, at: datetime) -> Object:
        return obj if obj.get("status") == status else self.put(resource, {**obj, "status": status}, at)

    def spec(self, resource: str, obj: Object, spec: Object, at: datetime) -> Object:
        """Replace the specification, which makes a new generation."""
        if obj.get("spec") == spec:
            return obj
        meta = {**metadata(obj), "generation": int(metadata(obj).get("generation", 0)) + 1}
        return self.put(resource, {**obj, "metadata": meta, "spec": spec}, at)

    def later(self, at: datetime, delay: timedelta) -> datetime:
        """When to try again; after a jump of the clock one attempt stands for all that were missed."""
        return max(at + delay, self.state.clock.now())

    def owned(self, resource: str, owner: Object) -> list[Object]:
        """The objects that `owner` controls, in the order of their names."""
        identity = metadata(owner)["uid"]
        return [each for each in self.store.objects(resource, namespace_of(owner)) if _owner_id(each) == identity]

    def claimed(self, resource: str, owner: Object, at: datetime) -> list[Object]:
        """The objects of the owner after it has let go of those its selector no longer finds, and taken in orphans."""
        selector = dig(owner, "spec", "selector", "matchLabels", default={})
        if not selector or dig(owner, "spec", "selector", "matchExpressions"):
            return self.owned(resource, owner)
        for each in list(self.store.objects(resource, namespace_of(owner))):
            fits, controller = selector.items() <= labels_of(each).items(), controller_of(each)
            if fits and controller is None and not is_deleting(each) and not is_finished(each):
                self._own(resource, each, [*(metadata(each).get("ownerReferences") or []), reference_to(owner)], at)
            elif not fits and _owner_id(each) == metadata(owner)["uid"]:
                others = [one for one in metadata(each)["ownerReferences"] if not one.get("controller")]
                self._own(resource, each, others, at)
        return self.owned(resource, owner)

    def _own(self, resource: str, obj: Object, owners: list[Object], at: datetime) -> None:
        self.put(resource, {**obj, "metadata": {**metadata(obj), "ownerReferences": owners}}, at)

    def pods(self, namespace: str = "") -> Iterator[Object]:
        return self.store.objects(PODS, namespace)


def controller_of(obj: Object) -> Object | None:
    owners: list[Object] = metadata(obj).get("ownerReferences") or []
    return next((each for each in owners if each.get("controller")), None)


def _owner_id(obj: Object) -> str:
    return str((controller_of(obj) or {}).get("uid", ""))


def reference_to(owner: Object) -> Object:
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": metadata(owner)["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def is_deleting(obj: Object) -> bool:
    return "deletionTimestamp" in metadata(obj)


def is_finished(pod: Object) -> bool:
    return dig(pod, "status", "phase") in ("Succeeded", "Failed")


def is_active(pod: Object) -> bool:
    return not is_finished(pod) and not is_deleting(pod)
