"""What a new object needs of its surroundings, and what the server allots to it."""

from ack_sandbox.kube.api.requests import Target
from ack_sandbox.kube.api.written import Write, suffix
from ack_sandbox.kube.controllers.limits import limited
from ack_sandbox.kube.controllers.plane import Plane
from ack_sandbox.kube.controllers.queue import Queue
from ack_sandbox.kube.controllers.quotas import Quotas
from ack_sandbox.kube.defaults import pods
from ack_sandbox.kube.objects import Object, dig, metadata, name_of
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, forbidden, not_found

SERVICE_NETWORK = "172.21"
NODE_PORTS = range(30000, 32768)
CLASSES = "scheduling.k8s.io/priorityclasses"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def prepared(write: Write, obj: Object, target: Target) -> Object:
    """A new object with everything that the server adds before it is validated."""
    obj |= {"kind": write.resource.kind, "apiVersion": write.resource.api_version}
    place(write, obj, target.namespace)
    write.born(obj)
    write.defaulted(obj)
    admit(write, obj)
    if not write.resource.custom and write.resource.subresource("status"):
        obj.setdefault("status", {})
    return obj


def place(write: Write, obj: Object, namespace: str) -> None:
    """The object in the namespace of the request, which must exist and not be going away."""
    meta = obj["metadata"]
    if not write.resource.namespaced:
        return
    if meta.get("namespace") not in (None, "", namespace):
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    meta["namespace"] = namespace
    found = write.state.store.get("/namespaces", "", namespace)
    if found is None:
        raise not_found("namespaces", "", namespace)
    if "deletionTimestamp" in metadata(found):
        raise _terminating(write.resource, name_of(obj), namespace)


def _terminating(resource: Resource, name: str, namespace: str) -> ApiError:
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    error = forbidden(resource.plural, resource.group, name, why)
    cause = {"reason": "NamespaceTerminating", "message": f"namespace {namespace} is being terminated"}
    error.details = {**(error.details or {}), "causes": [{**cause, "field": "metadata.namespace"}]}
    return error


def admit(write: Write, obj: Object) -> None:
    """What admission adds before the object is validated. Raises the 403 of a plugin that refuses it."""
    if write.resource.key == "/pods":
        _admit_pod(write.state, obj)
    elif write.resource.key == "/persistentvolumeclaims":
        _admit_claim(write.state, obj)


def _admit_pod(state: ClusterState, obj: Object) -> None:
    spec, namespace = obj.setdefault("spec", {}), obj["metadata"]["namespace"]
    name = spec.get("serviceAccountName") or "default"
    if state.store.get("/serviceaccounts", namespace, name) is None and name != "default":
        why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        raise forbidden("pods", "", name_of(obj), why)
    priority, policy = _priority(state, obj, spec.get("priorityClassName") or "")
    for kind in ("containers", "initContainers"):
        if spec.get(kind):
            spec[kind] = [limited(state.store, namespace, each) for each in spec[kind]]
    pods.admitted(obj, suffix(), priority, policy)
    # What has no containers is refused for that, by the validation that follows.
    why = Quotas(Plane(state, Queue(state.schedule))).refusal(namespace, obj) if spec.get("containers") else ""
    if why:
        raise forbidden("pods", "", name_of(obj), why)


def _priority(state: ClusterState, obj: Object, name: str) -> tuple[int, str]:
    if not name:
        return 0, "PreemptLowerPriority"
    found = state.store.get(CLASSES, "", name)
    if found is None:
        raise forbidden("pods", "", name_of(obj), f"no PriorityClass with name {name} was found")
    return int(found.get("value", 0)), str(found.get("preemptionPolicy", "PreemptLowerPriority"))


def _admit_claim(state: ClusterState, obj: Object) -> None:
    meta, spec = obj["metadata"], obj["spec"]
    kept = meta.setdefault("finalizers", [])
    if "kubernetes.io/pvc-protection" not in kept:
        kept.append("kubernetes.io/pvc-protection")
    if "storageClassName" not in spec:
        for each in state.store.objects("storage.k8s.io/storageclasses"):
            if dig(each, "metadata", "annotations", DEFAULT_CLASS) == "true":
                spec["storageClassName"] = name_of(each)


def allot(write: Write, obj: Object, old: Object | None = None) -> None:
    """Addresses and ports of a Service, what identifies the pods of a Job, what a Namespace waits for at its end."""
    if write.resource.key == "/namespaces" and old is None:
        obj["spec"].setdefault("finalizers", ["kubernetes"])
    elif write.resource.key == "/services":
        _allot_service(write.state, obj, old)
    elif write.resource.key == "batch/jobs" and old is None and not obj["spec"].get("manualSelector"):
        _identify(obj)


def _allot_service(state: ClusterState, obj: Object, old: Object | None) -> None:
    spec = obj["spec"]
    if spec["type"] == "ExternalName":
        return
    if old is not None and "clusterIP" not in spec:
        for name in ("clusterIP", "clusterIPs"):
            if name in old["spec"]:
                spec[name] = old["spec"][name]
    spec.setdefault("clusterIP", _free_address(state))
    spec["clusterIPs"] = [spec["clusterIP"]]
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    if spec["type"] in ("NodePort", "LoadBalancer"):
        _allot_ports(state, spec, old)


def _free_address(state: ClusterState) -> str:
    taken = {dig(each, "spec", "clusterIP") for each in state.store.objects("/services")}
    numbers = range(16 * 250)
    made = (f"{SERVICE_NETWORK}.{number // 250}.{number % 250 + 2}" for number in numbers)
    return next(each for each in made if each not in taken)


def _allot_ports(state: ClusterState, spec: Object, old: Object | None) -> None:
    had = {port["port"]: port.get("nodePort") for port in dig(old, "spec", "ports", default=[])}
    every = (port for each in state.store.objects("/services") for port in dig(each, "spec", "ports", default=[]))
    taken = {port.get("nodePort") for port in every}
    for port in spec.get("ports") or ():
        if not port.get("nodePort"):
            port["nodePort"] = had.get(port["port"]) or next(each for each in NODE_PORTS if each not in taken)
        taken.add(port["nodePort"])


def _identify(obj: Object) -> None:
    uid, name = obj["metadata"]["uid"], name_of(obj)
    spec = obj["spec"]
    labels = spec["template"].setdefault("metadata", {}).setdefault("labels", {})
    for prefix in ("batch.kubernetes.io/", ""):
        labels |= {f"{prefix}controller-uid": uid, f"{prefix}job-name": name}
    spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
