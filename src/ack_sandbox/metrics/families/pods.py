"""What kube-state-metrics tells of pods and their containers."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ack_sandbox.kube.objects import Object, condition, dig, labels_of, metadata, parse_time
from ack_sandbox.kube.quantities import quantity
from ack_sandbox.metrics.course import Course, course_of
from ack_sandbox.metrics.families.state import Row, moment, named, one_of, state_family
from ack_sandbox.metrics.history import created
from ack_sandbox.metrics.scene import Scene, controller
from ack_sandbox.metrics.tracks import Family, Kind, Track

PHASES = ("Pending", "Succeeded", "Failed", "Unknown", "Running")
REASONS = ("Evicted", "NodeAffinity", "NodeLost", "Shutdown", "UnexpectedAdmissionError")
UNITS = {"cpu": "core", "memory": "byte", "ephemeral-storage": "byte"}


def _info(pod: Object) -> Iterator[Row]:
    kind, name = controller(pod)
    labels = {
        "node": dig(pod, "spec", "nodeName", default=""),
        "host_ip": dig(pod, "status", "hostIP", default=""),
        "pod_ip": dig(pod, "status", "podIP", default=""),
        "uid": metadata(pod).get("uid", ""),
        "created_by_kind": kind,
        "created_by_name": name,
        "priority_class": dig(pod, "spec", "priorityClassName", default=""),
        "host_network": str(bool(dig(pod, "spec", "hostNetwork"))).lower(),
    }
    yield labels, 1.0


def _owner(pod: Object) -> Iterator[Row]:
    kind, name = controller(pod)
    yield {"owner_kind": kind or "<none>", "owner_name": name or "<none>", "owner_is_controller": "true"}, 1.0


def _phase(pod: Object) -> list[Row]:
    return one_of(PHASES, "phase", dig(pod, "status", "phase", default="Unknown"))


def _reason(pod: Object) -> list[Row]:
    return one_of(REASONS, "reason", dig(pod, "status", "reason", default=""))


def _labels(pod: Object) -> Iterator[Row]:
    yield {f"label_{_plain(name)}": value for name, value in labels_of(pod).items()}, 1.0


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)


def _of_condition(kind: str, pod: Object) -> list[Row]:
    found = condition(pod, kind)
    actual = found["status"].lower() if found else "unknown"
    return one_of(("true", "false", "unknown"), "condition", actual) if found else []


def _unschedulable(pod: Object) -> list[Row]:
    found = condition(pod, "PodScheduled") or {}
    return [({}, 1.0)] if found.get("reason") == "Unschedulable" else []


def _times(kind: str, pod: Object) -> list[Row]:
    found = condition(pod, kind) or {}
    return [({}, parse_time(found["lastTransitionTime"]).timestamp())] if found.get("status") == "True" else []


def _resources(side: str, pod: Object) -> Iterator[Row]:
    node = dig(pod, "spec", "nodeName", default="")
    for container in pod["spec"]["containers"]:
        for resource, amount in dig(container, "resources", side, default={}).items():
            unit = UNITS.get(resource, "integer")
            labels = {"container": container["name"], "node": node, "resource": resource.replace("-", "_")}
            yield {**labels, "unit": unit}, float(quantity(amount))


def _claims(pod: Object) -> Iterator[Row]:
    for volume in dig(pod, "spec", "volumes", default=[]):
        claim = dig(volume, "persistentVolumeClaim", "claimName")
        if claim:
            yield {"volume": volume["name"], "persistentvolumeclaim": claim}, 1.0


OfStatus = Callable[[Object, Course], Iterable[Row]]


def _running(status: Object, course: Course) -> Iterator[Row]:
    yield {}, lambda at: float(course.life_at(at) is not None)


def _waiting(status: Object, course: Course) -> Iterator[Row]:
    looping = course.restarts and "terminated" not in (status.get("state") or {})
    waits = "waiting" in (status.get("state") or {})
    yield {}, lambda at: float(course.life_at(at) is None and bool(waits or looping))


def _ended(status: Object, course: Course) -> Iterator[Row]:
    ended = "terminated" in (status.get("state") or {})
    yield {}, lambda at: float(ended and course.life_at(at) is None)


def _is_ready(status: Object, course: Course) -> Iterator[Row]:
    """Of a container that fails again and again: it was ready while all was well."""
    ready, well = bool(status.get("ready")), course.lives[0] if course.restarts > 1 and course.lives else None
    yield {}, lambda at: float(ready if well is None or at >= well[1] else at >= well[0])


def _restarts(_status: Object, course: Course) -> Iterator[Row]:
    yield {}, course.restarts_at


def _waiting_reason(status: Object, course: Course) -> Iterator[Row]:
    reason = dig(status, "state", "waiting", "reason", default="")
    if not reason and course.restarts > 1:
        reason = "CrashLoopBackOff"
    if reason:
        yield {"reason": reason}, lambda at: float(course.life_at(at) is None)


def _ended_reason(status: Object, course: Course) -> Iterator[Row]:
    if reason := dig(status, "state", "terminated", "reason"):
        yield {"reason": reason}, lambda at: float(course.life_at(at) is None)


def _last_reason(status: Object, course: Course) -> Iterator[Row]:
    if reason := dig(status, "lastState", "terminated", "reason"):
        yield {"reason": reason}, lambda at: float(course.ended_before(at))


def _last_code(status: Object, course: Course) -> Iterator[Row]:
    if (code := dig(status, "lastState", "terminated", "exitCode")) is not None:
        yield {}, float(code)


def _container_info(status: Object, _course: Course) -> Iterator[Row]:
    yield {"image": status.get("image", ""), "image_id": status.get("imageID", "")}, 1.0


def _started(status: Object, course: Course) -> Iterator[Row]:
    if "running" in (status.get("state") or {}):
        yield {}, course.start_at


def _container_tracks(of: OfStatus, field: str, scene: Scene) -> Iterator[Track]:
    for spell in scene.of("/pods"):
        base = named("pod", spell.object) | {"uid": metadata(spell.object).get("uid", "")}
        text = dig(spell.object, "status", "startTime")
        first = parse_time(text).timestamp() + 2 if text else created(spell.object)
        for status in dig(spell.object, "status", field, default=[]):
            for labels, value in of(status, course_of(status, first)):
                yield Track({**base, "container": status["name"], **labels}, value, (spell.span,))


def _statuses(name: str, text: str, of: OfStatus, kind: Kind = "gauge") -> Iterator[Family]:
    for prefix, field in (("container", "containerStatuses"), ("init_container", "initContainerStatuses")):
        yield Family(f"kube_pod_{prefix}_{name}", kind, text, partial(_container_tracks, of, field))


_pod = partial(state_family, "/pods", "pod")

FAMILIES: tuple[Family, ...] = (
    _pod("kube_pod_info", "Information about pod.", _info),
    _pod("kube_pod_owner", "Information about the Pod's owner.", _owner),
    _pod("kube_pod_labels", "Kubernetes labels converted to Prometheus labels.", _labels),
    _pod("kube_pod_status_phase", "The pods current phase.", _phase),
    _pod("kube_pod_status_reason", "The pod status reasons.", _reason),
    _pod(
        "kube_pod_status_ready",
        "Describes whether the pod is ready to serve requests.",
        partial(_of_condition, "Ready"),
    ),
    _pod(
        "kube_pod_status_scheduled", "Describes the status of the scheduling.", partial(_of_condition, "PodScheduled")
    ),
    _pod("kube_pod_status_unschedulable", "Describes the unschedulable status for the pod.", _unschedulable),
    _pod("kube_pod_status_ready_time", "When the pod became ready.", partial(_times, "Ready")),
    _pod("kube_pod_status_scheduled_time", "When the pod was scheduled.", partial(_times, "PodScheduled")),
    _pod("kube_pod_created", "Unix creation timestamp.", moment("metadata", "creationTimestamp")),
    _pod("kube_pod_start_time", "Start time in unix timestamp for a pod.", moment("status", "startTime")),
    _pod("kube_pod_deletion_timestamp", "Unix deletion timestamp.", moment("metadata", "deletionTimestamp")),
    _pod(
        "kube_pod_spec_volumes_persistentvolumeclaims_info",
        "Information about persistentvolumeclaim volumes in a pod.",
        _claims,
    ),
    _pod(
        "kube_pod_container_resource_requests",
        "The number of requested request resource by a container.",
        partial(_resources, "requests"),
    ),
    _pod(
        "kube_pod_container_resource_limits",
        "The number of requested limit resource by a container.",
        partial(_resources, "limits"),
    ),
    *_statuses("info", "Information about a container in a pod.", _container_info),
    *_statuses("status_running", "Whether the container is currently in running state.", _running),
    *_statuses("status_waiting", "Whether the container is currently in waiting state.", _waiting),
    *_statuses("status_terminated", "Whether the container is currently in terminated state.", _ended),
    *_statuses("status_ready", "Whether the containers readiness check succeeded.", _is_ready),
    *_statuses("status_restarts_total", "The number of container restarts per container.", _restarts, "counter"),
    *_statuses("status_waiting_reason", "The reason the container is currently in waiting state.", _waiting_reason),
    *_statuses("status_terminated_reason", "The reason the container is in terminated state.", _ended_reason),
    *_statuses("status_last_terminated_reason", "The last reason the container was in terminated state.", _last_reason),
    *_statuses("status_last_terminated_exitcode", "The exit code of the last termination.", _last_code),
    *_statuses("state_started", "Start time in unix timestamp for a pod container.", _started),
)
