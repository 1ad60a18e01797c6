"""What ack-koordinator's resource profiling keeps: a Recommendation for each workload that it watches."""

from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of
from ack_sandbox.kube.population.custom import definition
from ack_sandbox.kube.population.shapes import days, hours
from ack_sandbox.kube.population.world import World

API = "autoscaling.alibabacloud.com/v1alpha1"
_PREFIX = "alpha.alibabacloud.com/recommendation-"
# kind, namespace, name
_PROFILED = (
    ("Deployment", "shop", "frontend"),
    ("Deployment", "shop", "catalog"),
    ("Deployment", "payments", "ledger"),
    ("StatefulSet", "shop", "orders-db"),
)
_NEW = ("Deployment", "shop", "cart")  # profiled since a few hours
_ABOVE = 1.12  # what the profile lies above the level of use
_LEAST_CPU, _LEAST_MEMORY = 25, 262_144  # thousandths of a core and thousands of bytes: nothing smaller is profiled
_TEXT = {"type": "string"}
_REFERENCE = {"type": "object", "properties": {"apiVersion": _TEXT, "kind": _TEXT, "name": _TEXT}}
_AMOUNTS = {"type": "object", "additionalProperties": {"x-kubernetes-int-or-string": True}}
_CONTAINER = {"type": "object", "properties": {"containerName": _TEXT, "target": _AMOUNTS, "originalTarget": _AMOUNTS}}
_RESOURCES = {
    "type": "object",
    "properties": {"containerRecommendations": {"type": "array", "items": _CONTAINER}},
}
_SCHEMA: Object = {
    "description": "Recommendation is what the containers of one workload should request.",
    "spec": {"workloadRef": {**_REFERENCE, "description": "The workload that is profiled."}},
    "status": {"recommendResources": {**_RESOURCES, "description": "The profile of each container."}},
}


def profiles(world: World) -> None:
    """After the workloads are there: the targets follow from what their containers use."""
    definition(world, "Recommendation", "recommendations", "", API, "Namespaced", _SCHEMA, [])
    workloads = {
        (str(each["kind"]), namespace_of(each), name_of(each)): each
        for each in world.population.objects
        if each["kind"] in ("Deployment", "StatefulSet")
    }
    for key in _PROFILED:
        _recommendation(world, workloads[key], "Working", _targets(world, workloads[key]))
    _recommendation(world, workloads[_NEW], "Collecting", [])


def _recommendation(world: World, workload: Object, state: str, targets: list[Object]) -> None:
    kind, space, name = str(workload["kind"]), namespace_of(workload), name_of(workload)
    labels = {
        f"{_PREFIX}workload-apiVersion": "apps-v1",
        f"{_PREFIX}workload-kind": kind,
        f"{_PREFIX}workload-name": name,
        f"{_PREFIX}workload-namespace": space,
        f"{_PREFIX}status": state,
    }
    age = days(40) if targets else hours(5)
    own = world.uid("recommendation", kind, space, name)
    meta = {**world.metadata("Recommendation", own, space, age=age, labels=labels), "generation": 1}
    made: Object = {"kind": "Recommendation", "apiVersion": API, "metadata": meta}
    made["spec"] = {"workloadRef": {"apiVersion": "apps/v1", "kind": kind, "name": name}}
    made["status"] = {"recommendResources": {"containerRecommendations": targets}} if targets else {}
    world.add(made)


def _targets(world: World, workload: Object) -> list[Object]:
    """Of each container, by the level of its busiest pod."""
    pods = [each for each in world.population.objects if each["kind"] == "Pod" and _runs(each, workload)]
    return [_target(world, pods, each) for each in workload["spec"]["template"]["spec"]["containers"]]


def _runs(pod: Object, workload: Object) -> bool:
    wanted = dig(workload, "spec", "selector", "matchLabels", default={})
    labels = dig(pod, "metadata", "labels", default={})
    return namespace_of(pod) == namespace_of(workload) and wanted.items() <= labels.items()


def _target(world: World, pods: list[Object], container: Object) -> Object:
    levels = [world.population.usages.level(pod, container) for pod in pods]
    cpu = max((each.cpu for each in levels), default=0)
    memory = max((each.memory for each in levels), default=0) // 1000
    target = {
        "cpu": f"{max(int(cpu * _ABOVE), _LEAST_CPU)}m",
        "memory": f"{max(int(memory * _ABOVE), _LEAST_MEMORY)}k",
    }
    return {"containerName": container["name"], "target": target, "originalTarget": target}
