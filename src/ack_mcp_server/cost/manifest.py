"""The manifest of an autoscaler, ready to be applied: the existing one with new bounds, or a new one."""

from typing import Any

import yaml

from ack_mcp_server.cost.scaling import Bounds
from ack_mcp_server.cost.subject import Subject
from ack_mcp_server.kube.objects import Object, dig, items, name_of, part, text


def manifest(subject: Subject, bounds: Bounds, existing: Object | None) -> str:
    """Of autoscaling/v2. Other metrics and the behavior of an existing one are kept."""
    cpu = {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": bounds.target}},
    }
    spec: dict[str, Any] = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": subject.kind.spoken, "name": subject.name},
        "minReplicas": bounds.minimum,
        "maxReplicas": bounds.maximum,
        "metrics": [cpu, *(_others(existing) if existing else ())],
    }
    if existing and (behavior := part(existing, "spec", "behavior")):
        spec["behavior"] = dict(behavior)
    document = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name_of(existing) if existing else subject.name, "namespace": subject.namespace},
        "spec": spec,
    }
    return yaml.safe_dump(document, sort_keys=False, default_flow_style=False)


def cpu_target(hpa: Object) -> int | None:
    """Percent; None where it does not scale by the share of CPU requests."""
    for metric in items(hpa, "spec", "metrics"):
        if _is_cpu(metric):
            found = dig(metric, "resource", "target", "averageUtilization")
            return found if isinstance(found, int) else None
    return None


def other_metrics(hpa: Object) -> list[str]:
    return [text(metric, "resource", "name") or text(metric, "type") for metric in _others(hpa)]


def _others(hpa: Object) -> list[Any]:
    return [metric for metric in items(hpa, "spec", "metrics") if not _is_cpu(metric)]


def _is_cpu(metric: Object) -> bool:
    return text(metric, "type") == "Resource" and text(metric, "resource", "name") == "cpu"
