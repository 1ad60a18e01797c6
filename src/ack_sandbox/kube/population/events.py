"""Events as the components write them: who saw what, when first, when last, how often."""

from dataclasses import dataclass
from datetime import timedelta

from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of, parse_time
from ack_sandbox.kube.population.containers import named
from ack_sandbox.kube.population.world import World, object_reference

# How long the API server keeps events.
KEPT = timedelta(hours=1)
# How long the API server keeps events.
KEPT = timedelta(hours=1)
KUBELET = "kubelet"
SCHEDULER = "default-scheduler"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """When something happened, in time before now, and how often."""

    last: timedelta
    first: timedelta | None = None
    count: int = 1


def event(
    world: World,
    about: Object,
    reason: str,
    message: str,
    seen: Seen,
    *,
    component: str,
    warning: bool = False,
    field_path: str = "",
    host: str = "",
) -> Object:
    """Add an event, unless it is so old that the API server would have dropped it."""
    first = world.ago(seen.first or seen.last)
    namespace = namespace_of(about) or "default"
    mark = int(parse_time(first).timestamp()) * 1_000_000_000
    mark += int(world.digest("event", name_of(about), reason, message)[:7], 16)
    name = f"{name_of(about)}.{mark:x}"
    source = {"component": component, "host": host} if host else {"component": component}
    made = {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": world.uid("Event", namespace, name),
            "creationTimestamp": first,
        },
        "involvedObject": object_reference(about, field_path),
        "reason": reason,
        "message": message,
        "source": source,
        "firstTimestamp": first,
        "lastTimestamp": world.ago(seen.last),
        "count": seen.count,
        "type": "Warning" if warning else "Normal",
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": host,
    }
    return made if seen.last > KEPT else world.add(made)


def pod_event(
    world: World, pod: Object, reason: str, message: str, seen: Seen, *, warning: bool = False, container: str = ""
) -> Object:
    """An event of the kubelet that runs the pod, about the pod or one of its containers."""
    host = dig(pod, "spec", "nodeName", default="")
    message = named(message, pod)
    path = f"spec.containers{{{container}}}" if container else ""
    return event(world, pod, reason, message, seen, component=KUBELET, warning=warning, field_path=path, host=host)


def scheduler_event(world: World, pod: Object, reason: str, message: str, seen: Seen, *, warning: bool = False) -> None:
    event(world, pod, reason, message, seen, component=SCHEDULER, warning=warning)


def started_events(world: World, pod: Object, age: timedelta) -> None:
    """What every young pod leaves behind: scheduled, pulled, created, started."""
    node = pod["spec"]["nodeName"]
    placed = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {node}"
    scheduler_event(world, pod, "Scheduled", placed, Seen(last=age))
    for container in pod["spec"]["containers"]:
        image, name = container["image"], container["name"]
        took = timedelta(seconds=1)
        pulled = f'Container image "{image}" already present on machine'
        pod_event(world, pod, "Pulled", pulled, Seen(last=age - took), container=name)
        pod_event(world, pod, "Created", f"Created container: {name}", Seen(last=age - took), container=name)
        pod_event(world, pod, "Started", f"Started container {name}", Seen(last=age - 2 * took), container=name)
