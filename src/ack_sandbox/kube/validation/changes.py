"""What may not change once an object exists."""

from collections.abc import Callable, Iterator
from typing import Any

from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.validation.problems import Problem, forbidden, immutable, invalid

Check = Callable[[Object, Object], Iterator[Problem]]
POD_RULE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
SET_FIELDS = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
CLAIM_RULE = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"


def changes(old: Object, new: Object) -> list[Problem]:
    check = CHECKS.get(new["kind"])
    return list(check(old, new)) if check else []


def _fixed(*path: str) -> Check:
    def check(old: Object, new: Object) -> Iterator[Problem]:
        if dig(old, *path) != dig(new, *path):
            yield immutable(".".join(path), dig(new, *path))

    return check


def _pod(old: Object, new: Object) -> Iterator[Problem]:
    if _fixed_of_pod(old["spec"]) != _fixed_of_pod(new["spec"]):
        yield forbidden("spec", POD_RULE)


def _fixed_of_pod(spec: Object) -> Object:
    free = ("tolerations", "activeDeadlineSeconds", "terminationGracePeriodSeconds", "schedulingGates")
    kept: Object = {name: value for name, value in spec.items() if name not in free}
    for kind in ("containers", "initContainers"):
        if kind in kept:
            kept[kind] = [{name: part for name, part in each.items() if name != "image"} for each in kept[kind]]
    return kept


def _stateful_set(old: Object, new: Object) -> Iterator[Problem]:
    before, after = ({k: v for k, v in each["spec"].items() if k not in SET_FIELDS} for each in (old, new))
    if _unclaimed(before) != _unclaimed(after):
        named = ", ".join(f"'{name}'" for name in SET_FIELDS[:-1])
        why = f"updates to statefulset spec for fields other than {named} and '{SET_FIELDS[-1]}' are forbidden"
        yield forbidden("spec", why)


def _unclaimed(spec: Object) -> Object:
    """Without what the server itself writes into claim templates."""
    claims = [{**each, "status": None} for each in spec.get("volumeClaimTemplates") or ()]
    return {**spec, "volumeClaimTemplates": claims}


def _job(old: Object, new: Object) -> Iterator[Problem]:
    for name in ("completions", "selector", "template", "completionMode"):
        yield from _fixed("spec", name)(old, new)


def _service(old: Object, new: Object) -> Iterator[Problem]:
    before, after = old["spec"], new["spec"]
    if before.get("type") == "ExternalName" or after.get("type") == "ExternalName":
        return
    if before.get("clusterIP") and before.get("clusterIP") != after.get("clusterIP"):
        yield invalid("spec.clusterIPs[0]", [after.get("clusterIP", "")], "may not change once set")


def _claim(old: Object, new: Object) -> Iterator[Problem]:
    def fixed(obj: Object) -> dict[str, Any]:
        free = ("resources", "volumeAttributesClassName", "volumeName")
        return {name: value for name, value in obj["spec"].items() if name not in free}

    if fixed(old) != fixed(new):
        yield forbidden("spec", CLAIM_RULE)


def _kept_data(old: Object, new: Object) -> Iterator[Problem]:
    if not old.get("immutable"):
        return
    if not new.get("immutable"):
        yield forbidden("immutable", "field is immutable when `immutable` is set")
    for name in ("data", "binaryData"):
        if old.get(name) != new.get(name):
            yield forbidden(name, "field is immutable when `immutable` is set")


def _secret(old: Object, new: Object) -> Iterator[Problem]:
    yield from _fixed("type")(old, new)
    yield from _kept_data(old, new)


def _binding(old: Object, new: Object) -> Iterator[Problem]:
    if old.get("roleRef") != new.get("roleRef"):
        yield invalid("roleRef", new.get("roleRef"), "cannot change roleRef")


def _storage_class(old: Object, new: Object) -> Iterator[Problem]:
    for name in ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"):
        if old.get(name) != new.get(name):
            yield forbidden(name, f"updates to {name} are forbidden.")


CHECKS: dict[str, Check] = {
    "ClusterRoleBinding": _binding,
    "ConfigMap": _kept_data,
    "DaemonSet": _fixed("spec", "selector"),
    "Deployment": _fixed("spec", "selector"),
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "ReplicaSet": _fixed("spec", "selector"),
    "RoleBinding": _binding,
    "Secret": _secret,
    "Service": _service,
    "StatefulSet": _stateful_set,
    "StorageClass": _storage_class,
}
