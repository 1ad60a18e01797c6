"""The kubelets: they mount, start the init containers one by one and then the others, and report what became of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers import settings
from ack_sandbox.kube.controllers.conditions import holds
from ack_sandbox.kube.controllers.course import course
from ack_sandbox.kube.controllers.events import of_kubelet, settle
from ack_sandbox.kube.controllers.lives import SAID_OFTEN, Attempt, Lives
from ack_sandbox.kube.controllers.plane import NODES, PODS, Plane, is_deleting, is_finished
from ack_sandbox.kube.controllers.pod_status import fresh, is_done, summed
from ack_sandbox.kube.objects import Object, condition, dig, metadata, namespace_of, rfc3339
from ack_sandbox.kube.quantities import whole_bytes

SETUP = timedelta(seconds=1)
MOUNT_RETRY = timedelta(seconds=8)
# How long such a program takes to fill the node's disk.
EVICTED_AFTER = timedelta(minutes=97)
PATIENT = ("ContainerCreating", "PodInitializing", "CreateContainerConfigError", "ErrImagePull", "ImagePullBackOff")


@dataclass(eq=False)
class Kubelets:
    plane: Plane
    lives: Lives
    mounts: dict[str, Attempt] = field(default_factory=dict)  # by uid: what could not be mounted

    def advance(self, namespace: str, name: str, at: datetime) -> None:
        """Do what is due for one pod, and come back for what comes next."""
        pod = self.plane.store.get(PODS, namespace, name)
        if pod is None or is_deleting(pod) or is_finished(pod) or not self._reports(pod):
            return
        if not dig(pod, "status", "containerStatuses"):
            self.plane.status(PODS, pod, self._accepted(pod, at), at)
            self.plane.queue.add(self.advance, namespace, name, at + SETUP)
            return
        status, due = self._next(pod, at)
        made = summed(pod, status, at)
        evicted = self._eviction(pod)
        if evicted is not None and at >= evicted:
            made, due = self._evicted(pod, made, at), None
        stored = self.plane.status(PODS, pod, made, at)
        if holds(stored, "Ready") and not holds(pod, "Ready"):
            settle(self.plane, stored, at)
        moments = [each for each in (due, evicted) if each is not None and each >= at]
        if moments and not is_finished(stored):
            self.plane.queue.add(self.advance, namespace, name, min(moments))

    def retry(self, namespace: str, name: str, at: datetime) -> None:
        """Look again at a pod that waits for something that may be there now."""
        pod = self.plane.store.get(PODS, namespace, name)
        if pod is not None:
            self.lives.retry(pod)
            self.mounts.pop(metadata(pod)["uid"], None)
            self.advance(namespace, name, at)

    def is_stuck(self, pod: Object) -> bool:
        """Whether the pod waits for something outside of it."""
        if not dig(pod, "spec", "nodeName") or is_deleting(pod) or is_finished(pod):
            return False
        statuses = [*dig(pod, "status", "initContainerStatuses", default=[])]
        statuses += dig(pod, "status", "containerStatuses", default=[])
        if any(dig(each, "state", "waiting", "reason") in PATIENT for each in statuses):
            return True
        programs = [self.plane.images.program(each["image"]) for each in pod["spec"]["containers"]]
        return any(each is not None and each.backend for each in programs)

    def _reports(self, pod: Object) -> bool:
        node = self.plane.store.get(NODES, "", dig(pod, "spec", "nodeName", default=""))
        return node is not None and holds(node, "Ready")

    def _accepted(self, pod: Object, at: datetime) -> Object:
        init = dig(pod, "spec", "initContainers", default=[])
        node = self.plane.store.get(NODES, "", pod["spec"]["nodeName"]) or {}
        address = dig(node, "status", "addresses", 0, "address", default="")
        status = {**pod["status"], "hostIP": address, "hostIPs": [{"ip": address}], "startTime": rfc3339(at)}
        if init:
            status["initContainerStatuses"] = [fresh(each, "PodInitializing") for each in init]
        reason = "PodInitializing" if init else "ContainerCreating"
        status["containerStatuses"] = [fresh(each, reason) for each in pod["spec"]["containers"]]
        return summed(pod, status, at)

    def _next(self, pod: Object, at: datetime) -> tuple[Object, datetime | None]:
        status = dict(pod["status"])
        missing = settings.missing_volume(self.plane, pod)
        if missing and not status.get("podIP"):
            return status, self._not_mounted(pod, missing, at)
        if not status.get("podIP"):
            address = status["hostIP"] if pod["spec"].get("hostNetwork") else self.plane.address()
            status |= {"podIP": address, "podIPs": [{"ip": address}]}
        pod = {**pod, "status": status}
        for index, container in enumerate(dig(pod, "spec", "initContainers", default=[])):
            if not is_done(status["initContainerStatuses"][index]):
                return self._drive(pod, "initContainerStatuses", index, container, at)
        due: list[datetime] = []
        for index, container in enumerate(pod["spec"]["containers"]):
            status, following = self._drive(pod, "containerStatuses", index, container, at)
            pod = {**pod, "status": status}
            due += [following] if following is not None else []
        return status, min(due, default=None)

    def _drive(
        self, pod: Object, kind: str, index: int, container: Object, at: datetime
    ) -> tuple[Object, datetime | None]:
        statuses = list(pod["status"][kind])
        init = kind == "initContainerStatuses"
        statuses[index], due = self.lives.drive(pod, container, statuses[index], at, init=init)
        if init and is_done(statuses[index]):
            due = at  # the next container follows
        return {**pod["status"], kind: statuses}, due

    def _not_mounted(self, pod: Object, why: str, at: datetime) -> datetime | None:
        attempt = self.mounts.setdefault(metadata(pod)["uid"], Attempt())
        if attempt.again is not None and at < attempt.again:
            return attempt.again
        attempt.count += 1
        attempt.again = at + MOUNT_RETRY * attempt.count if attempt.count < SAID_OFTEN else None
        of_kubelet(self.plane, pod, "FailedMount", why, at, warning=True)
        return attempt.again

    def _eviction(self, pod: Object) -> datetime | None:
        """When the pod will have filled its node's disk; None when it does not, or asked for the room."""
        for container in pod["spec"]["containers"]:
            program = self.plane.images.program(container["image"])
            asked = dig(container, "resources", "requests", "ephemeral-storage")
            if program is None or not program.disk or whole_bytes(asked) >= program.disk or _has_room(pod, container):
                continue
            started = (condition(pod, "Ready") or {}).get("lastTransitionTime")
            if started and course(self.plane, pod, container).ends is None:
                return datetime.fromisoformat(started) + EVICTED_AFTER
        return None

    def _evicted(self, pod: Object, status: Object, at: datetime) -> Object:
        program = next(filter(None, (self.plane.images.program(each["image"]) for each in pod["spec"]["containers"])))
        why = (
            "The node was low on resource: ephemeral-storage. Threshold quantity: 12664762533, available: 11028736Ki. "
            f"Container {pod['spec']['containers'][0]['name']} was using {program.disk // 1024}Ki, request is 0, "
            "has larger consumption of ephemeral-storage. "
        )
        of_kubelet(self.plane, pod, "Evicted", why, at, warning=True)
        kept: Object = {key: status[key] for key in ("startTime", "qosClass") if key in status}
        return {**kept, "phase": "Failed", "reason": "Evicted", "message": why}


def _has_room(pod: Object, container: Object) -> bool:
    """Whether the container writes to a volume of its own."""
    own = {each["name"] for each in dig(pod, "spec", "volumes", default=[]) if _is_room(each)}
    return any(each["name"] in own for each in container.get("volumeMounts") or [])


def _is_room(volume: Object) -> bool:
    return any(kind in volume for kind in ("persistentVolumeClaim", "ephemeral", "emptyDir"))


def stuck_pods(kubelets: Kubelets, namespace: str) -> list[Object]:
    return [pod for pod in kubelets.plane.pods(namespace) if kubelets.is_stuck(pod) and namespace_of(pod)]
