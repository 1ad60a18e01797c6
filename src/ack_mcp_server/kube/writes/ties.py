"""What belongs to what in a cluster: pods to what owns, selects, holds or bears them."""

import re
from collections.abc import Iterator
from typing import Any

from ack_mcp_server.kube.writes.wording import object_name

Json = dict[str, Any]
Tie = tuple[str, ...]
_SCHEDULED = re.compile(r"(.+)-\d{6,12}")  # a CronJob's Job is named by the minute
_HASH = "pod-template-hash"


def part(body: object, name: str) -> Json:
    """The mapping of that name, or an empty one."""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, dict) else {}


def members(body: object, name: str) -> list[Any]:
    """The list of that name, or an empty one."""
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, list) else []


def place(body: Json) -> tuple[str, str]:
    """Namespace and name."""
    metadata = part(body, "metadata")
    return str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def ties_of(body: Json) -> set[Tie]:
    """How its dependents may know an object."""
    uid = part(body, "metadata").get("uid")
    return {(str(body.get("kind", "")), *place(body)), *([("uid", str(uid))] if uid else [])}


def pod_ties(pod: Json) -> Iterator[Tie]:
    """Everything that the pod goes with."""
    namespace, name = place(pod)
    yield "Pod", namespace, name
    yield "Namespace", "", namespace
    yield "Node", "", str(part(pod, "spec").get("nodeName", ""))
    yield from _owned(pod)
    kind, owner = _workload(pod)
    yield kind, namespace, owner


def claim_ties(claim: Json) -> Iterator[Tie]:
    """Everything that a PersistentVolumeClaim goes with."""
    namespace, name = place(claim)
    yield "PersistentVolumeClaim", namespace, name
    yield "Namespace", "", namespace
    yield from _owned(claim)


def _owned(body: Json) -> Iterator[Tie]:
    yield from (("uid", str(owner.get("uid"))) for owner in _owners(body))


def _owners(body: Json) -> list[Json]:
    return [each for each in members(part(body, "metadata"), "ownerReferences") if isinstance(each, dict)]


def owner_of(pod: Json) -> str:
    """Such as `deployment.apps/web (shop)`; empty for a pod that nothing makes again."""
    kind, name = _workload(pod)
    if not kind:
        return ""
    version = _versions(pod)[kind]
    return object_name(
        {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": place(pod)[0] * (kind != "Node")}}
    )


def owner_kind(pod: Json) -> str:
    return _workload(pod)[0]


def _workload(pod: Json) -> tuple[str, str]:
    """Kind and name of what makes the pod. What is above that is told by names, as controllers make them."""
    owner = _controller(pod)
    kind, name = str(owner.get("kind", "")), str(owner.get("name", ""))
    suffix = f"-{part(part(pod, 'metadata'), 'labels').get(_HASH)}"
    if kind == "ReplicaSet" and name.endswith(suffix):
        return "Deployment", name.removesuffix(suffix)
    scheduled = _SCHEDULED.fullmatch(name) if kind == "Job" else None
    return ("CronJob", scheduled[1]) if scheduled else (kind, name)


def _controller(pod: Json) -> Json:
    owners = _owners(pod)
    return next((owner for owner in owners if owner.get("controller")), owners[0] if owners else {})


def _versions(pod: Json) -> dict[str, str]:
    owner = _controller(pod)
    return {"Deployment": "apps/v1", "CronJob": "batch/v1", str(owner.get("kind")): str(owner.get("apiVersion", ""))}


def selects(selector: object, pod: Json) -> bool:
    """As a PodDisruptionBudget's selector does: none selects nothing, an empty one everything."""
    if not isinstance(selector, dict):
        return False
    labels = part(part(pod, "metadata"), "labels")
    equal = all(labels.get(key) == value for key, value in part(selector, "matchLabels").items())
    return equal and all(_fits(each, labels) for each in members(selector, "matchExpressions"))


def _fits(expression: Json, labels: Json) -> bool:
    value, values = labels.get(str(expression.get("key"))), members(expression, "values")
    operator = expression.get("operator")
    if operator == "In":
        return value in values
    if operator == "NotIn":
        return value not in values
    return (value is not None) == (operator == "Exists")
