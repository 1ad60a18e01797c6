"""Who did what shortly before each trouble began, where the making of the workload itself is not the whole story."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from ack_sandbox.kube.objects import Object, name_of, namespace_of, parse_time
from ack_sandbox.kube.population.incident import Incident
from ack_sandbox.kube.population.nodes import LOST_SINCE
from ack_sandbox.sls.rows.actors import controller, kubelet, person
from ack_sandbox.sls.rows.audit import Call, Deed
from ack_sandbox.sls.rows.deeds import created as creation
from ack_sandbox.sls.rows.deeds import deleted, keeper, patched, updated
from ack_sandbox.sls.rows.gone import config_map, secret, service
from ack_sandbox.sls.rows.repeats import moments
from ack_sandbox.sls.rows.scene import Scene, created

EDIT = "fieldManager=kubectl-edit&fieldValidation=Strict"
MINUTE = timedelta(minutes=1)
Cause = Callable[[Scene, Incident], Iterator[Deed]]


def causes(scene: Scene) -> Iterator[Deed]:
    for incident in scene.population.incidents:
        if incident.id in CAUSES:
            yield from CAUSES[incident.id](scene, incident)


def _name(incident: Incident) -> str:
    return incident.workload.partition("/")[2]


def _setting_lost(scene: Scene, incident: Incident) -> Iterator[Deed]:
    """A password was changed in its Secret, or a setting left out of the ConfigMap, just before the first crash."""
    at, who = scene.trouble(incident) - 2 * MINUTE, keeper(scene, incident.namespace)
    if "password" in incident.cause:
        yield Deed(at, _secret_call(scene, incident.namespace, "db-credentials", "patch"))
        return
    found = scene.get("ConfigMap", incident.namespace, "app-config")
    if found is not None:
        yield updated(scene, found, who, at)


def _secret_call(scene: Scene, space: str, name: str, verb: str) -> Call:
    query = EDIT if verb == "patch" else ""
    return Call(actor=keeper(scene, space), verb=verb, resource="secrets", namespace=space, name=name, query=query)


def _config_map_deleted(scene: Scene, incident: Incident) -> Iterator[Deed]:
    """Taken for unused, because the workload that reads it was not there yet."""
    made = config_map(incident.namespace, incident.facts["config_map"])
    at = scene.trouble(incident)
    yield creation(scene, made, keeper(scene, incident.namespace), at - timedelta(days=3))
    yield deleted(scene, made, keeper(scene, incident.namespace), at - 11 * MINUTE)


def _secret_deleted(scene: Scene, incident: Incident) -> Iterator[Deed]:
    at = scene.trouble(incident) - 16 * MINUTE
    made = secret(incident.namespace, incident.facts["secret"])
    yield Deed(at, _secret_call(scene, incident.namespace, name_of(made), "delete"))


def _backend_deleted(scene: Scene, incident: Incident) -> Iterator[Deed]:
    name, _, port = incident.facts["backend"].partition(":")
    made = service(scene, incident.namespace, name, int(port))
    yield deleted(scene, made, keeper(scene, incident.namespace), scene.trouble(incident) - MINUTE)


def _selector_changed(scene: Scene, incident: Incident) -> Iterator[Deed]:
    found = scene.get("Service", incident.namespace, _name(incident))
    if found is not None:
        body = {"spec": {"selector": found["spec"]["selector"]}}
        yield patched(scene, found, keeper(scene, incident.namespace), scene.trouble(incident), body, query=EDIT)


def _ingress_backend_deleted(scene: Scene, incident: Incident) -> Iterator[Deed]:
    made, who = service(scene, incident.namespace, incident.facts["backend"], 80), keeper(scene, incident.namespace)
    ingress = scene.get("Ingress", incident.namespace, _name(incident))
    if ingress is not None:
        yield creation(scene, made, who, created(ingress) - MINUTE)
    yield deleted(scene, made, who, scene.trouble(incident))


def _namespace_deleted(scene: Scene, incident: Incident) -> Iterator[Deed]:
    name = _name(incident)
    space = scene.get("Namespace", "", name)
    held = next(iter(scene.kind("Backup", name)), None)
    if space is None or held is None:
        return
    at = parse_time(space["metadata"]["deletionTimestamp"])
    yield deleted(scene, space, person("zhao.lei"), at)
    gone = deleted(scene, held, controller(scene.plan, "namespace-controller"), at)
    yield Deed(at, gone.call, 600_000)


def _node_lost(scene: Scene, incident: Incident) -> Iterator[Deed]:
    """The node's controller taints what no longer reports, and its pods are deleted five minutes later."""
    name = incident.facts["node"]
    node = scene.get("Node", "", name)
    if node is None:
        return
    at = scene.now - LOST_SINCE + timedelta(seconds=50)
    body = {"spec": {"taints": node["spec"].get("taints", [])}}
    yield patched(scene, node, controller(scene.plan, "node-controller"), at, body, query="")
    for pod in scene.kind("Pod"):
        if pod["spec"].get("nodeName") == name and "deletionTimestamp" in pod["metadata"]:
            who = controller(scene.plan, "taint-eviction-controller")
            yield deleted(scene, pod, who, at + 5 * MINUTE)


def _quota(scene: Scene, incident: Incident) -> Iterator[Deed]:
    """The quota was cut, then the workload scaled beyond it; each try to make a pod is refused."""
    space, name = incident.namespace, _name(incident)
    quota, began = scene.get("ResourceQuota", space, "compute"), scene.trouble(incident)
    if quota is not None:
        cut = {"spec": {"hard": quota["spec"]["hard"]}}
        yield patched(scene, quota, person("kubernetes-admin"), began - 38 * MINUTE, cut, query=EDIT)
    body: Object = {"spec": {"replicas": 8}}
    scaled = Call(
        actor=keeper(scene, space),
        verb="patch",
        group="apps",
        resource="deployments",
        namespace=space,
        name=name,
        subresource="scale",
        sent=body,
        answered={"kind": "Scale", "apiVersion": "autoscaling/v1", **body},
    )
    yield Deed(began - timedelta(seconds=1), scaled)
    for event in scene.kind("Event", space):
        if event["reason"] == "FailedCreate":
            yield from _refusals(scene, event)


def _refusals(scene: Scene, event: Object) -> Iterator[Deed]:
    message = event["message"].removeprefix("Error creating: ")
    refused = Call(
        actor=controller(scene.plan, "replicaset-controller"),
        verb="create",
        resource="pods",
        namespace=namespace_of(event),
        code=403,
        message=message,
    )
    for at, _ in moments(event):
        yield Deed(at, refused, 30_000)


def _evicted(scene: Scene, incident: Incident) -> Iterator[Deed]:
    """The kubelet marks each pod as failed that it puts out."""
    for pod in scene.kind("Pod", incident.namespace):
        if pod["status"].get("reason") == "Evicted":
            node = scene.node(pod["spec"]["nodeName"])
            status = {"status": {"phase": "Failed", "reason": "Evicted", "message": pod["status"]["message"]}}
            seen = scene.said(pod, "Evicted")
            call = Call(
                actor=kubelet(scene.plan, node),
                verb="patch",
                resource="pods",
                namespace=incident.namespace,
                name=name_of(pod),
                subresource="status",
                sent=status,
            )
            yield Deed(seen or created(pod) + 92 * MINUTE, call)


def _claim_made(scene: Scene, incident: Incident) -> Iterator[Deed]:
    for claim in scene.kind("PersistentVolumeClaim", incident.namespace):
        if name_of(claim) == f"data-{_name(incident)}-0":
            at: datetime = created(claim)
            yield creation(scene, claim, controller(scene.plan, "statefulset-controller"), at, query="", after=150_000)


CAUSES: dict[str, Cause] = {
    "crash-loop": _setting_lost,
    "missing-config-map": _config_map_deleted,
    "missing-secret": _secret_deleted,
    "readiness-503": _backend_deleted,
    "no-endpoints": _selector_changed,
    "ingress-without-service": _ingress_backend_deleted,
    "namespace-terminating": _namespace_deleted,
    "node-lost": _node_lost,
    "quota-exceeded": _quota,
    "evicted": _evicted,
    "pending-claim": _claim_made,
}
