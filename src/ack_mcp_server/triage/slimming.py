"""Objects without what no rule looks at and what may be secret: a cluster may hold tens of thousands of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from ack_mcp_server.kube.objects import Object, is_true, items, number, part, text

CANARY = "/canary"  # of an Ingress, after the controller's prefix
_DATA = ("data", "binaryData")
_NOT_LOOKED_AT = ("managedFields", "annotations", "selfLink", "resourceVersion", "generation")


def slim(obj: Mapping[str, Any]) -> Object:
    """Of managed fields, who and when is kept of ConfigMaps. Of a pod that is well, what it is and where."""
    kind = text(obj, "kind")
    if kind == "ConfigMap":
        return {**_without(obj, _DATA), "metadata": _owned(part(obj, "metadata"))}
    if kind == "ReplicaSet":
        return {**obj, "metadata": _without(part(obj, "metadata"), ("managedFields",))}
    if kind == "PodMetrics":
        return {**_only(obj, ("kind", "containers")), "metadata": _only(part(obj, "metadata"), ("name", "namespace"))}
    kept = {**obj, "metadata": _without(part(obj, "metadata"), _NOT_LOOKED_AT)}
    if kind == "Ingress":
        kept["metadata"]["annotations"] = _canary(part(obj, "metadata", "annotations"))
    return _calm(kept) if kind == "Pod" and _is_calm(kept) else kept


def _without(obj: Object, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in obj.items() if name not in names}


def _only(obj: Object, names: Sequence[str]) -> dict[str, Any]:
    return {name: obj.get(name) for name in names}


def _owned(meta: Object) -> dict[str, Any]:
    entries = [entry for entry in items(meta, "managedFields") if isinstance(entry, dict)]
    fields = [
        {name: entry.get(name) for name in ("manager", "operation", "time")}
        for entry in entries
        if not entry.get("subresource")
    ]
    return {**_without(meta, ("annotations", "managedFields")), "managedFields": fields}


def _canary(annotations: Object) -> dict[str, Any]:
    return {name: value for name, value in annotations.items() if name.endswith(CANARY)}


def _is_calm(pod: Object) -> bool:
    """Ready, and never restarted."""
    statuses = items(pod, "status", "containerStatuses") + items(pod, "status", "initContainerStatuses")
    restarted = any(number(each, "restartCount") for each in statuses)
    runs = text(pod, "status", "phase") == "Running" and is_true(pod, "Ready")
    return runs and not restarted and not text(pod, "metadata", "deletionTimestamp")


def _calm(pod: Object) -> Object:
    """Its containers keep their names and ports, which Services name."""
    told = ("name", "ports", "restartPolicy")
    spec = {
        group: [_only(each, told) for each in items(pod, "spec", group) if isinstance(each, dict)]
        for group in ("containers", "initContainers")
    }
    conditions = [each for each in items(pod, "status", "conditions") if text(each, "type") == "Ready"]
    return {
        **pod,
        "spec": {**spec, "nodeName": text(pod, "spec", "nodeName")},
        "status": {"phase": "Running", "conditions": conditions},
    }
