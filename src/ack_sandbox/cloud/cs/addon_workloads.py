"""An add-on in Kubernetes: its workloads are made, given another image, and taken away."""

from datetime import datetime

from ack_sandbox.cloud.addons import Addon
from ack_sandbox.cloud.cs.addon_catalogue import KINDS, OTHER
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.kube.controllers.plane import DAEMON_SETS, DEPLOYMENTS
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of
from ack_sandbox.kube.population.shapes import App, Container
from ack_sandbox.kube.population.templates import template
from ack_sandbox.kube.state import ClusterState

REPLICAS = 2


def workloads(state: ClusterState, addon: Addon) -> list[tuple[str, Object]]:
    kind = KINDS.get(addon.name, OTHER)
    beginnings = kind.objects or (addon.name,)
    return [
        (resource, made)
        for resource in (DEPLOYMENTS, DAEMON_SETS)
        for made in state.store.objects(resource, kind.namespace)
        if name_of(made).startswith(beginnings)
    ]


def install(record: ClusterRecord, addon: Addon, at: datetime) -> None:
    state, nodes = record.live(), record.machines
    if state is None or nodes is None or workloads(state, addon):
        return
    space, image = KINDS.get(addon.name, OTHER).namespace, _image(record, addon, "")
    _publish(state, image)
    container = Container(name=addon.name, image=image, cpu="50m", memory="64Mi", cpu_limit="1", memory_limit="1Gi")
    app = App(name=addon.name, namespace=space, containers=(container,), replicas=REPLICAS)
    spec = {
        "replicas": REPLICAS,
        "selector": {"matchLabels": app.selector},
        "template": template(app),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": app.progress_deadline,
    }
    meta = {"name": addon.name, "namespace": space, "labels": app.all_labels, "generation": 1}
    made = {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": meta, "spec": spec}
    nodes.plane.create(DEPLOYMENTS, made, at)


def upgrade(record: ClusterRecord, addon: Addon, at: datetime) -> None:
    """Each workload that runs the add-on's own image gets the one of its new version."""
    state, nodes = record.live(), record.machines
    if state is None or nodes is None:
        return
    for resource, made in workloads(state, addon):
        pods = made["spec"]["template"]
        first, *others = pods["spec"]["containers"]
        image = _image(record, addon, first["image"])
        _publish(state, image)
        containers = [{**first, "image": image}, *others]
        changed = {**pods, "spec": {**pods["spec"], "containers": containers}}
        nodes.plane.spec(resource, made, {**made["spec"], "template": changed}, at)


def unavailable(record: ClusterRecord, addon: Addon) -> str:
    """The name of the first Deployment of the add-on that has not got all its new pods; "" when all have."""
    state = record.live()
    for resource, made in workloads(state, addon) if state is not None else ():
        wanted, status = int(dig(made, "spec", "replicas", default=1)), made.get("status") or {}
        counts = [int(status.get(name, 0)) for name in ("updatedReplicas", "availableReplicas")]
        if resource == DEPLOYMENTS and min(counts) < wanted:
            return name_of(made)
    return ""


def uninstall(record: ClusterRecord, addon: Addon, at: datetime) -> None:
    state = record.live()
    for resource, made in workloads(state, addon) if state is not None else ():
        entry = state.store.entry(resource, namespace_of(made), name_of(made)) if state is not None else None
        if state is not None and entry is not None:
            delete(state, state.catalog.by_key[resource], entry, Options(), at)


def _image(record: ClusterRecord, addon: Addon, old: str) -> str:
    repository = old.rpartition(":")[0] or f"registry-{record.plan.region}-vpc.ack.example.com/acs/{addon.name}"
    return f"{repository}:{addon.version}"


def _publish(state: ClusterState, image: str) -> None:
    if image not in state.images.missing:
        state.images.publish([image])
