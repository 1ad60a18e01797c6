"""Where the objects of a resource come from: the store, or a computation for metrics and component statuses."""

from datetime import datetime

from ack_sandbox.kube.conversion import converted
from ack_sandbox.kube.definitions import DEFINITIONS
from ack_sandbox.kube.measured import node_metrics, pod_metrics
from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.store import Entry, key_of
from ack_sandbox.kube.tables.columns import Printer
from ack_sandbox.kube.tables.custom import custom_printer
from ack_sandbox.kube.tables.render import printer_of

COMPONENTS = ("scheduler", "controller-manager", "etcd-0")


def entries(state: ClusterState, resource: Resource, namespace: str, now: datetime) -> list[Entry]:
    if resource.group == "metrics.k8s.io":
        return _computed(_metrics(state, resource, namespace, now))
    if resource.plural == "componentstatuses":
        return _computed([_component(name) for name in COMPONENTS])
    return state.store.entries(resource.key, namespace)


def entry(state: ClusterState, resource: Resource, namespace: str, name: str, now: datetime) -> Entry | None:
    if resource.is_stored:
        return state.store.entry(resource.key, namespace, name)
    wanted = key_of(namespace, name)
    return next((found for found in entries(state, resource, namespace, now) if found.key == wanted), None)


def shown(resource: Resource, found: Entry) -> Entry:
    """The entry in the version the client asked for."""
    if found.object.get("apiVersion") == resource.api_version:
        return found
    return Entry(found.key, found.version, converted(found.object, resource))


def printer(state: ClusterState, resource: Resource) -> Printer:
    if not resource.custom:
        return printer_of(resource)
    definition = state.store.get(DEFINITIONS, "", f"{resource.plural}.{resource.group}") or {}
    versions: list[Object] = dig(definition, "spec", "versions", default=[])
    served = next((each for each in versions if each["name"] == resource.version), {})
    return custom_printer(served.get("additionalPrinterColumns") or [])


def _metrics(state: ClusterState, resource: Resource, namespace: str, now: datetime) -> list[Object]:
    if resource.namespaced:
        return pod_metrics(state.store, state.usages, namespace, now)
    return node_metrics(state.store, state.usages, now)


def _computed(objects: list[Object]) -> list[Entry]:
    made = (Entry(key_of(obj["metadata"].get("namespace", ""), obj["metadata"]["name"]), 0, obj) for obj in objects)
    return sorted(made, key=lambda found: found.key)


def _component(name: str) -> Object:
    return {
        "kind": "ComponentStatus",
        "apiVersion": "v1",
        "metadata": {"name": name},
        "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}],
    }
