"""What is refused by kind."""

from collections.abc import Callable, Iterator

from ack_sandbox.kube.label_selector import selects
from ack_sandbox.kube.objects import Object, dig, labels_of
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.validation.names import label, labels_problems, metadata_problems
from ack_sandbox.kube.validation.pods import enum, pod_spec_problems, port_problems
from ack_sandbox.kube.validation.problems import Problem, invalid, required, unsupported

Check = Callable[[Object], Iterator[Problem]]
SERVICE_TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"]
ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
NOT_NEGATIVE = "must be greater than or equal to 0"


def problems(resource: Resource, obj: Object) -> list[Problem]:
    found = list(metadata_problems(resource, obj))
    check = None if resource.custom else CHECKS.get(resource.kind)
    return found + (list(check(obj)) if check else [])


def _pod(obj: Object) -> Iterator[Problem]:
    yield from pod_spec_problems(obj.get("spec") or {}, "spec")


def _workload(obj: Object) -> Iterator[Problem]:
    spec = obj.get("spec") or {}
    for name in ("replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"):
        if spec.get(name, 0) < 0:
            yield invalid(f"spec.{name}", spec[name], NOT_NEGATIVE)
    yield from _selector(spec, obj["kind"])
    yield from _template(spec, ["Always"])
    yield from enum(spec.get("strategy") or {}, "type", "spec.strategy", ["Recreate", "RollingUpdate"])


def _selector(spec: Object, kind: str) -> Iterator[Problem]:
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
    elif not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield invalid("spec.selector", selector, f"empty selector is invalid for {WRITTEN[kind]}")
    else:
        labels = dig(spec, "template", "metadata", "labels", default={})
        yield from labels_problems(selector.get("matchLabels") or {}, "spec.selector.matchLabels")
        if not selects(selector, labels):
            yield invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")


WRITTEN = {
    "DaemonSet": "daemonset",
    "Deployment": "deployment",
    "ReplicaSet": "deployment",
    "StatefulSet": "statefulset",
}


def _template(spec: Object, restarts: list[str], field: str = "spec") -> Iterator[Problem]:
    template = spec.get("template")
    if template is None:
        yield required(f"{field}.template")
        return
    yield from labels_problems(labels_of(template), f"{field}.template.labels")
    yield from pod_spec_problems(template.get("spec") or {}, f"{field}.template.spec", restarts)


def _job(obj: Object) -> Iterator[Problem]:
    yield from _job_spec(obj.get("spec") or {}, "spec")


def _job_spec(spec: Object, field: str) -> Iterator[Problem]:
    for name in ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"):
        if spec.get(name, 0) < 0:
            yield invalid(f"{field}.{name}", spec[name], NOT_NEGATIVE)
    policy = dig(spec, "template", "spec", "restartPolicy", default="Always")
    if policy == "Always":
        yield required(f"{field}.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')
    yield from _template(spec, ["Always", "Never", "OnFailure"], field)


def _cron_job(obj: Object) -> Iterator[Problem]:
    spec = obj.get("spec") or {}
    schedule = spec.get("schedule", "")
    if not schedule:
        yield required("spec.schedule")
    elif not schedule.startswith("@") and len(schedule.split()) != 5:
        count = len(schedule.split())
        yield invalid("spec.schedule", schedule, f"expected exactly 5 fields, found {count}: {schedule.split()}")
    yield from enum(spec, "concurrencyPolicy", "spec", ["Allow", "Forbid", "Replace"])
    yield from _job_spec(dig(spec, "jobTemplate", "spec", default={}), "spec.jobTemplate.spec")


def _service(obj: Object) -> Iterator[Problem]:
    spec = obj.get("spec") or {}
    headless = spec.get("clusterIP") == "None" or spec.get("type") == "ExternalName"
    ports: list[Object] = spec.get("ports") or []
    if not ports and not headless:
        yield required("spec.ports")
    for index, port in enumerate(ports):
        yield from _service_port(port, f"spec.ports[{index}]", named=len(ports) > 1)
    yield from enum(spec, "type", "spec", SERVICE_TYPES)
    yield from enum(spec, "sessionAffinity", "spec", ["ClientIP", "None"])
    yield from labels_problems(spec.get("selector") or {}, "spec.selector")
    if spec.get("type") == "ExternalName" and not spec.get("externalName"):
        yield required("spec.externalName")


def _service_port(port: Object, field: str, *, named: bool) -> Iterator[Problem]:
    if named and not port.get("name"):
        yield required(f"{field}.name")
    if port.get("name"):
        yield from (invalid(f"{field}.name", port["name"], text) for text in label(port["name"]))
    number = port.get("port") or 0
    if not 0 < number <= 65535:
        yield invalid(f"{field}.port", number, "must be between 1 and 65535, inclusive")
    yield from enum(port, "protocol", field, ["SCTP", "TCP", "UDP"])
    if isinstance(port.get("targetPort"), int) and port["targetPort"]:
        yield from port_problems(port["targetPort"], f"{field}.targetPort")


def _ingress(obj: Object) -> Iterator[Problem]:
    spec = obj.get("spec") or {}
    rules: list[Object] = spec.get("rules") or []
    if not rules and not spec.get("defaultBackend"):
        yield invalid("spec", [], "either `defaultBackend` or `rules` must be specified")
    for number, rule in enumerate(rules):
        for index, path in enumerate(dig(rule, "http", "paths", default=[])):
            field = f"spec.rules[{number}].http.paths[{index}]"
            if not path.get("pathType"):
                yield required(f"{field}.pathType", "pathType must be specified")
            yield from enum(path, "pathType", field, PATH_TYPES)
            if not str(path.get("path") or "/").startswith("/"):
                yield invalid(f"{field}.path", path["path"], "must be an absolute path")


def _claim(obj: Object) -> Iterator[Problem]:
    spec = obj.get("spec") or {}
    if not spec.get("accessModes"):
        yield required("spec.accessModes", "at least 1 access mode is required")
    for mode in spec.get("accessModes") or ():
        if mode not in ACCESS_MODES:
            yield unsupported("spec.accessModes", mode, ACCESS_MODES)
    if dig(spec, "resources", "requests", "storage") is None:
        yield required("spec.resources[storage]")


def _autoscaler(obj: Object) -> Iterator[Problem]:
    spec = obj.get("spec") or {}
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas") or 0
    if least < 1:
        yield invalid("spec.minReplicas", least, "must be greater than or equal to 1")
    if most < 1:
        yield invalid("spec.maxReplicas", most, "must be greater than 0")
    elif most < least:
        yield invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    for name in ("kind", "name"):
        if not dig(spec, "scaleTargetRef", name):
            yield required(f"spec.scaleTargetRef.{name}")


def _budget(obj: Object) -> Iterator[Problem]:
    spec = obj.get("spec") or {}
    if "minAvailable" in spec and "maxUnavailable" in spec:
        yield invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")


def _binding(obj: Object) -> Iterator[Problem]:
    reference = obj.get("roleRef") or {}
    kinds = ["ClusterRole", "Role"] if obj["kind"] == "RoleBinding" else ["ClusterRole"]
    if reference.get("kind") not in kinds:
        yield unsupported("roleRef.kind", reference.get("kind", ""), kinds)
    if not reference.get("name"):
        yield required("roleRef.name")


CHECKS: dict[str, Check] = {
    "ClusterRoleBinding": _binding,
    "CronJob": _cron_job,
    "DaemonSet": _workload,
    "Deployment": _workload,
    "HorizontalPodAutoscaler": _autoscaler,
    "Ingress": _ingress,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "PodDisruptionBudget": _budget,
    "ReplicaSet": _workload,
    "RoleBinding": _binding,
    "Service": _service,
    "StatefulSet": _workload,
}
