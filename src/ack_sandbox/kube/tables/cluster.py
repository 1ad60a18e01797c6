"""Tables of nodes, namespaces, events and of the small core kinds that hold settings and limits."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, condition, dig, name_of
from ack_sandbox.kube.quantities import millicores, whole_bytes
from ack_sandbox.kube.tables.ages import UNKNOWN, age, since
from ack_sandbox.kube.tables.columns import CREATED_AT, NAME, Cells, Column, Printer, columns

NONE = "<none>"
ROLE_PREFIX = "node-role.kubernetes.io/"


def _node_status(node: Object) -> str:
    ready = condition(node, "Ready")
    states = ["Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"]
    if dig(node, "spec", "unschedulable"):
        states.append("SchedulingDisabled")
    return ",".join(states)


def _node_roles(node: Object) -> str:
    labels = dig(node, "metadata", "labels", default={})
    roles = {label.removeprefix(ROLE_PREFIX) for label in labels if label.startswith(ROLE_PREFIX)}
    if labels.get("kubernetes.io/role"):
        roles.add(labels["kubernetes.io/role"])
    return ",".join(sorted(roles - {""})) or NONE


def _address(node: Object, kind: str) -> str:
    addresses = dig(node, "status", "addresses", default=[])
    return next((each["address"] for each in addresses if each["type"] == kind), NONE)


def _node(node: Object, now: datetime) -> Cells:
    info = dig(node, "status", "nodeInfo", default={})
    kernel, architecture = info.get("kernelVersion") or UNKNOWN, info.get("architecture")
    return [
        name_of(node),
        _node_status(node),
        _node_roles(node),
        age(node, now),
        info.get("kubeletVersion", ""),
        _address(node, "InternalIP"),
        _address(node, "ExternalIP"),
        info.get("osImage") or UNKNOWN,
        f"{kernel} ({architecture})" if architecture else kernel,
        info.get("containerRuntimeVersion") or UNKNOWN,
    ]


def _namespace(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), dig(obj, "status", "phase", default=""), age(obj, now)]


def _source(event: Object) -> str:
    component = dig(event, "source", "component", default="") or event.get("reportingComponent", "")
    host = dig(event, "source", "host", default="")
    return f"{component}, {host}" if host else component


def _event(event: Object, now: datetime) -> Cells:
    involved = event.get("involvedObject") or {}
    first = event.get("firstTimestamp") or event.get("eventTime")
    last = dig(event, "series", "lastObservedTime") or event.get("lastTimestamp") or first
    count = dig(event, "series", "count") or event.get("count") or 1
    return [
        since(last, now),
        event.get("type", ""),
        event.get("reason", ""),
        f"{involved.get('kind', '').lower()}/{involved.get('name', '')}",
        involved.get("fieldPath", ""),
        _source(event),
        event.get("message", "").strip(),
        since(first, now),
        count,
        name_of(event),
    ]


def _config_map(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), len(obj.get("data") or {}) + len(obj.get("binaryData") or {}), age(obj, now)]


def _secret(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), obj.get("type", "Opaque"), len(obj.get("data") or {}), age(obj, now)]


def _service_account(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), len(obj.get("secrets") or []), age(obj, now)]


def _resource_quota(obj: Object, now: datetime) -> Cells:
    hard, used = dig(obj, "status", "hard", default={}), dig(obj, "status", "used", default={})
    requests: list[str] = []
    limits: list[str] = []
    for name in sorted(hard):
        shown = f"{name}: {used.get(name, '0')}/{hard[name]}"
        (limits if "limits" in name else requests).append(shown)
    return [name_of(obj), ", ".join(requests), ", ".join(limits), age(obj, now)]


def _component_status(obj: Object, now: datetime) -> Cells:
    healthy: Object = next((each for each in obj.get("conditions", []) if each["type"] == "Healthy"), {})
    status = "Healthy" if healthy.get("status") == "True" else "Unhealthy"
    return [name_of(obj), status, healthy.get("message", ""), healthy.get("error", "")]


def _lease(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), dig(obj, "spec", "holderIdentity", default=""), age(obj, now)]


def _priority_class(obj: Object, now: datetime) -> Cells:
    policy = obj.get("preemptionPolicy", "PreemptLowerPriority")
    return [name_of(obj), obj["value"], bool(obj.get("globalDefault")), age(obj, now), policy]


def _runtime_class(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), obj["handler"], age(obj, now)]


def _metrics(obj: Object, now: datetime) -> Cells:
    usage: Object = obj.get("usage") or {}
    containers: list[Object] = obj.get("containers") or []
    cpu = millicores(usage.get("cpu")) + sum(millicores(each["usage"]["cpu"]) for each in containers)
    memory = whole_bytes(usage.get("memory")) + sum(whole_bytes(each["usage"]["memory"]) for each in containers)
    return [name_of(obj), f"{cpu}m", f"{memory // 1024}Ki", obj["window"]]


def plain(obj: Object, now: datetime) -> Cells:
    """The table of a kind that has no printer of its own."""
    return [name_of(obj), dig(obj, "metadata", "creationTimestamp")]


NODE_WIDE = "Internal-IP,External-IP,OS-Image,Kernel-Version,Container-Runtime"
EVENTS = (
    Column("Last Seen"),
    Column("Type"),
    Column("Reason"),
    Column("Object"),
    Column("Subobject", priority=1),
    Column("Source", priority=1),
    Column("Message"),
    Column("First Seen", priority=1),
    Column("Count", priority=1),
    Column("Name", format="name", priority=1, description=NAME.description),
)
PRIORITIES = (*columns("Value,Global-Default,Age", "", "Value"), Column("PreemptionPolicy"))
PLAIN = Printer((NAME, CREATED_AT), plain)
METRICS = Printer((NAME, Column("cpu"), Column("memory"), Column("Window")), _metrics)
PRINTERS = {
    "metrics.k8s.io/nodes": METRICS,
    "metrics.k8s.io/pods": METRICS,
    "/nodes": Printer(columns("Status,Roles,Age,Version", NODE_WIDE), _node),
    "/namespaces": Printer(columns("Status,Age"), _namespace),
    "/events": Printer(EVENTS, _event),
    "/configmaps": Printer(columns("Data,Age"), _config_map),
    "/secrets": Printer(columns("Type,Data,Age"), _secret),
    "/serviceaccounts": Printer(columns("Secrets,Age"), _service_account),
    "/resourcequotas": Printer(columns("Request,Limit,Age"), _resource_quota),
    "/componentstatuses": Printer(columns("Status,Message,Error"), _component_status),
    "coordination.k8s.io/leases": Printer(columns("Holder,Age"), _lease),
    "scheduling.k8s.io/priorityclasses": Printer(PRIORITIES, _priority_class),
    "node.k8s.io/runtimeclasses": Printer(columns("Handler,Age"), _runtime_class),
}
