"""Events of the controllers: the same thing said of the same object again is counted, not repeated."""

from datetime import datetime

from ack_sandbox.kube.controllers.plane import Plane
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of, rfc3339

EVENTS = "/events"
KUBELET = "kubelet"


def emit(
    plane: Plane,
    about: Object,
    reason: str,
    message: str,
    at: datetime,
    *,
    component: str,
    warning: bool = False,
    field_path: str = "",
    host: str = "",
) -> None:
    space = namespace_of(about) or "default"
    key = (metadata(about).get("uid", name_of(about)), reason, message, field_path)
    known = plane.store.get(EVENTS, space, plane.events.get(key, ""))
    if known is not None:
        again = {"count": known["count"] + 1, "lastTimestamp": rfc3339(at)}
        plane.put(EVENTS, {**known, **again}, at)
        return
    moment = rfc3339(at)
    made = {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": f"{name_of(about)}.{plane.stamp(at)}", "namespace": space},
        "involvedObject": _reference(about, field_path),
        "reason": reason,
        "message": message,
        "source": {"component": component, "host": host} if host else {"component": component},
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "count": 1,
        "type": "Warning" if warning else "Normal",
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": host,
    }
    plane.events[key] = name_of(plane.create(EVENTS, made, at))


def of_kubelet(
    plane: Plane, pod: Object, reason: str, message: str, at: datetime, *, warning: bool = False, container: str = ""
) -> None:
    """An event of the pod's node about the pod or one of its containers."""
    init = {each["name"] for each in dig(pod, "spec", "initContainers", default=[])}
    path = f"spec.{'initContainers' if container in init else 'containers'}{{{container}}}" if container else ""
    host = dig(pod, "spec", "nodeName", default="")
    emit(plane, pod, reason, message, at, component=KUBELET, warning=warning, field_path=path, host=host)


def settle(plane: Plane, about: Object, at: datetime) -> None:
    """The trouble of an object has ended: what was said of it until now no longer recurs."""
    plane.state.settled[metadata(about).get("uid", "")] = at


def _reference(obj: Object, field_path: str) -> Object:
    reference = {
        "kind": obj["kind"],
        "namespace": namespace_of(obj),
        "name": name_of(obj),
        "uid": metadata(obj).get("uid", ""),
        "apiVersion": obj["apiVersion"],
        "resourceVersion": metadata(obj).get("resourceVersion", ""),
        "fieldPath": field_path,
    }
    return {key: value for key, value in reference.items() if value}
