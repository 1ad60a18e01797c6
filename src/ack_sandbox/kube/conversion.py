"""The same object in another API version: events as events.k8s.io/v1, autoscalers as autoscaling/v1, and back."""

from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.resources import Resource

EVENT_FIELDS = {
    "involvedObject": "regarding",
    "message": "note",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "source": "deprecatedSource",
    "reportingComponent": "reportingController",
}


def converted(obj: Object, resource: Resource) -> Object:
    if resource.kind == "Event":
        return {EVENT_FIELDS.get(name, name): value for name, value in obj.items()} | {
            "apiVersion": resource.api_version
        }
    if resource.kind == "HorizontalPodAutoscaler":
        return _autoscaler_v1(obj)
    return {**obj, "apiVersion": resource.api_version}


def stored(obj: Object, kept: Resource) -> Object:
    """An object that was written in another version, in the one that is `kept`."""
    if obj.get("apiVersion") == kept.api_version:
        return obj
    if kept.kind == "Event":
        names = {value: name for name, value in EVENT_FIELDS.items()}
        return {names.get(name, name): value for name, value in obj.items()} | {"apiVersion": kept.api_version}
    if kept.kind == "HorizontalPodAutoscaler":
        return _autoscaler_v2(obj)
    return {**obj, "apiVersion": kept.api_version}


def _autoscaler_v2(obj: Object) -> Object:
    spec = {name: value for name, value in obj["spec"].items() if name != "targetCPUUtilizationPercentage"}
    usage = obj["spec"].get("targetCPUUtilizationPercentage")
    if usage is not None:
        target = {"type": "Utilization", "averageUtilization": usage}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    status = {name: value for name, value in (obj.get("status") or {}).items() if name.endswith("Replicas")}
    return {**obj, "apiVersion": "autoscaling/v2", "spec": spec, "status": status}


def _autoscaler_v1(obj: Object) -> Object:
    spec = {name: obj["spec"][name] for name in ("scaleTargetRef", "minReplicas", "maxReplicas") if name in obj["spec"]}
    target = _utilization(dig(obj, "spec", "metrics", default=[]), "target")
    if target is not None:
        spec["targetCPUUtilizationPercentage"] = target
    status = {name: value for name, value in (obj.get("status") or {}).items() if name.endswith("Replicas")}
    current = _utilization(dig(obj, "status", "currentMetrics", default=[]), "current")
    if current is not None:
        status["currentCPUUtilizationPercentage"] = current
    return {**obj, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}


def _utilization(metrics: list[Object], side: str) -> int | None:
    for metric in metrics:
        if dig(metric, "resource", "name") == "cpu":
            found: int | None = dig(metric, "resource", side, "averageUtilization")
            return found
    return None
