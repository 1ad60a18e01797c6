"""Pods: the spec of the owner's template bound to a node, and the status the kubelet would report for its state."""

from dataclasses import replace
from datetime import timedelta

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.containers import container_statuses
from ack_sandbox.kube.population.events import KEPT, started_events
from ack_sandbox.kube.population.managed import entry, fields
from ack_sandbox.kube.population.shapes import App, Container, Life, PodState
from ack_sandbox.kube.population.templates import quality_of_service
from ack_sandbox.kube.population.world import World
from ack_sandbox.kube.programs import Profile
from ack_sandbox.kube.quantities import millicores
from ack_sandbox.plan import NodePlan

_NO_NODE = "no nodes available to schedule pods"
DEFAULT_TOLERATIONS = [
    {"key": f"node.kubernetes.io/{state}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    for state in ("not-ready", "unreachable")
]


def pod(
    world: World, app: App, template: Object, name: str, owner: Object | None, state: PodState, *, prefix: str = ""
) -> Object:
    """Add one pod of `app` in `state`, with its logs and use, and with events when it is young; pending where no node
    is ready."""
    state = state if world.has_room else replace(state, phase="Pending", unschedulable=_NO_NODE)
    age = state.created or app.age
    meta = world.metadata("Pod", name, app.namespace, age=age, owner=owner)
    if prefix:
        meta["generateName"] = prefix
    meta["labels"] = dict(template["metadata"]["labels"])
    if template["metadata"].get("annotations"):
        meta["annotations"] = dict(template["metadata"]["annotations"])
    node = _node(world, app, state)
    spec = _bound_spec(world, app, template["spec"], name, node)
    made = {"kind": "Pod", "apiVersion": "v1", "metadata": meta, "spec": spec}
    made["status"] = _status(world, app, made, state, node, age)
    meta["managedFields"] = _managed(world, template, made, age)
    _delete(world, meta, state)
    _register(world, app, name)
    if node is not None and age <= KEPT and state.phase == "Running" and not state.lives:
        started_events(world, made, age)
    return world.add(made)


def _node(world: World, app: App, state: PodState) -> NodePlan | None:
    if state.unschedulable:
        return None
    requested = sum(millicores(each.cpu) for each in app.containers)
    if state.node:
        node = world.node(state.node)
        world.reserve(node, requested)
        return node
    return world.place(requested)


def _bound_spec(world: World, app: App, spec: Object, name: str, node: NodePlan | None) -> Object:
    volume = f"kube-api-access-{world.suffix(5, 'token', app.namespace, name)}"
    mount = {"name": volume, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}

    def mounted(containers: list[Object]) -> list[Object]:
        return [{**each, "volumeMounts": [*each.get("volumeMounts", []), mount]} for each in containers]

    bound = {**spec, "volumes": [*spec.get("volumes", []), token_volume(volume)]}
    for kind in ("initContainers", "containers"):
        if kind in spec:
            bound[kind] = mounted(spec[kind])
    bound |= {"serviceAccountName": app.service_account, "serviceAccount": app.service_account}
    if node is not None:
        bound["nodeName"] = node.name
    bound["tolerations"] = [*spec.get("tolerations", []), *DEFAULT_TOLERATIONS]
    return bound | {"priority": app.priority, "enableServiceLinks": True, "preemptionPolicy": "PreemptLowerPriority"}


def token_volume(name: str) -> Object:
    """The volume with the account's token that every pod gets."""
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]
            }
        },
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 420}}


def _status(world: World, app: App, made: Object, state: PodState, node: NodePlan | None, age: timedelta) -> Object:
    status: Object = {"phase": state.phase}
    if state.reason:
        status |= {"reason": state.reason, "message": state.message}
    if node is None:
        unscheduled = _condition(world, "PodScheduled", False, age, "Unschedulable", state.unschedulable)
        return {**status, "conditions": [unscheduled], "qosClass": quality_of_service(made["spec"])}
    start = age - timedelta(seconds=1)
    if state.reason == "Evicted":
        return {**status, "startTime": world.ago(start), "qosClass": quality_of_service(made["spec"])}
    status["conditions"] = _conditions(world, app, state, age)
    status |= {"hostIP": node.ip, "hostIPs": [{"ip": node.ip}]}
    if _has_network(state):
        address = node.ip if app.host_network else world.pod_address()
        status |= {"podIP": address, "podIPs": [{"ip": address}]}
    status["startTime"] = world.ago(start)
    if app.init_containers:
        init = container_statuses(world, made, app.init_containers, state.init_lives, age, done=True)
        status["initContainerStatuses"] = init
    status["containerStatuses"] = container_statuses(world, made, app.containers, state.lives, age, done=False)
    return {**status, "qosClass": quality_of_service(made["spec"])}


def _has_network(state: PodState) -> bool:
    waiting = [life for life in state.lives.values() if life.reason == "ContainerCreating"]
    return not waiting


def _not_ready(app: App, state: PodState) -> list[str]:
    return [each.name for each in app.containers if not _is_ready(state.lives.get(each.name, Life()))]


def _is_ready(life: Life) -> bool:
    return life.ready and life.state == "running"


def _not_initialized(app: App, state: PodState) -> list[str]:
    unfinished = []
    for each in app.init_containers:
        life = state.init_lives.get(each.name)
        if life is not None and not (life.ended and life.ended.exit_code == 0):
            unfinished.append(each.name)
    return unfinished


def _conditions(world: World, app: App, state: PodState, age: timedelta) -> list[Object]:
    waiting, starting = _not_ready(app, state), _not_initialized(app, state)
    done = state.phase == "Succeeded"
    reason, text = ("PodCompleted", "") if done else ("ContainersNotReady", _listed("unready status", waiting))
    if state.phase == "Failed":
        reason, text = "PodFailed", ""
    began = age - timedelta(seconds=2)
    settled = _settled(state, age)
    ready = _condition(world, "Ready", not waiting and not starting, settled, reason, text)
    if state.lost:
        ready = _condition(world, "Ready", False, settled, "", "")
    return [
        _condition(world, "PodReadyToStartContainers", _has_network(state) and not done, began, "", ""),
        _condition(
            world,
            "Initialized",
            not starting,
            began,
            "PodCompleted" if done else "ContainersNotInitialized",
            _listed("incomplete status", starting),
        ),
        ready,
        _condition(world, "ContainersReady", not waiting and not starting, settled, reason, text),
        _condition(world, "PodScheduled", True, age, "", ""),
    ]


def _settled(state: PodState, age: timedelta) -> timedelta:
    """When readiness last changed: with the latest start or end of a container."""
    moments = [moment for life in state.lives.values() for moment in _moments(life)]
    return min([age - timedelta(seconds=5), *moments])


def _moments(life: Life) -> list[timedelta]:
    ends = [each.finished for each in (life.ended, life.last) if each is not None]
    return ends + ([life.started] if life.started is not None else [])


def _listed(what: str, names: list[str]) -> str:
    return f"containers with {what}: [{' '.join(names)}]"


def _condition(world: World, kind: str, holds: bool, since: timedelta, reason: str, message: str) -> Object:
    made: Object = {"type": kind, "status": "True" if holds else "False", "lastProbeTime": None}
    made["lastTransitionTime"] = world.ago(since)
    if reason == "PodCompleted" or (not holds and reason):
        made["reason"] = reason
        if message and not holds:
            made["message"] = message
    return made


def _managed(world: World, template: Object, made: Object, age: timedelta) -> list[Object]:
    owned = {"f:metadata": {"f:labels": fields(template["metadata"]["labels"])}, "f:spec": fields(template["spec"])}
    status = {"f:status": fields({key: value for key, value in made["status"].items() if key != "qosClass"})}
    created = made["metadata"]["creationTimestamp"]
    return [
        entry("kube-controller-manager", "v1", created, owned),
        entry("kubelet", "v1", world.ago(max(age - timedelta(seconds=5), timedelta())), status, "status"),
    ]


def _delete(world: World, meta: Object, state: PodState) -> None:
    if state.deleting is not None:
        grace = timedelta(seconds=30)
        meta |= {"deletionTimestamp": world.ago(state.deleting - grace), "deletionGracePeriodSeconds": 30}


def _register(world: World, app: App, name: str) -> None:
    containers: tuple[Container, ...] = (*app.init_containers, *app.containers)
    for each in containers:
        script: Script | None = each.script
        if script is not None or each.usage is not None:
            world.population.images.profile(each.image, Profile(script=script, usage=each.usage))
        if script is not None:
            world.population.logs.write(app.namespace, name, each.name, script)
        if each.usage is not None:
            world.population.usages.set(app.namespace, name, each.name, each.usage)
