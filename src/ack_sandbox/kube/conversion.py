"""The same object in another API version: events as events.k8s.io/v1, autoscalers as autoscaling/v1."""

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
