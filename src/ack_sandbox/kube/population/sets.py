"""StatefulSets with ordered names and claims, and DaemonSets with one pod on every node."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.population.pods import pod
from ack_sandbox.kube.population.shapes import App, PodState
from ack_sandbox.kube.population.storage import Claim, claim
from ack_sandbox.kube.population.templates import template
from ack_sandbox.kube.population.workloads import RUNS_WELL, is_ready
from ack_sandbox.kube.population.world import World
from ack_sandbox.plan import NodePlan


def stateful_set(
    world: World, app: App, states: Sequence[PodState] | None = None, *, claims: Claim | None = None
) -> list[Object]:
    states = [RUNS_WELL] * app.replicas if states is None else states
    revision = f"{app.name}-{world.suffix(10, 'revision', app.namespace, app.name)}"
    made = _workload(world, app, "StatefulSet")
    made["spec"] = {
        "replicas": app.replicas,
        "selector": {"matchLabels": app.selector},
        "template": template(app),
        "serviceName": app.name,
        "podManagementPolicy": "OrderedReady",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "revisionHistoryLimit": 10,
    }
    if claims is not None:
        made["spec"]["volumeClaimTemplates"] = [claims.template()]
    _revision(world, app, made, revision)
    pods = [_ordinal(world, app, made, revision, index, state, claims) for index, state in enumerate(states)]
    ready = sum(map(is_ready, pods))
    made["status"] = {
        "observedGeneration": 1,
        "replicas": len(pods),
        "readyReplicas": ready,
        "availableReplicas": ready,
        "currentReplicas": len(pods),
        "updatedReplicas": len(pods),
        "currentRevision": revision,
        "updateRevision": revision,
        "collisionCount": 0,
    }
    world.add(made)
    return pods


def _workload(world: World, app: App, kind: str) -> Object:
    meta = world.metadata(
        kind, app.name, app.namespace, age=app.age, labels=app.all_labels, annotations=dict(app.annotations)
    )
    return {"kind": kind, "apiVersion": "apps/v1", "metadata": {**meta, "generation": 1}}


def _revision(world: World, app: App, owner: Object, name: str) -> None:
    meta = world.metadata("ControllerRevision", name, app.namespace, age=app.age, labels=app.all_labels, owner=owner)
    data = {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}
    world.add({"kind": "ControllerRevision", "apiVersion": "apps/v1", "metadata": meta, "data": data, "revision": 1})


def _ordinal(
    world: World, app: App, owner: Object, revision: str, index: int, state: PodState, claims: Claim | None
) -> Object:
    name = f"{app.name}-{index}"
    shared = template(app)
    shared["metadata"]["labels"] |= {
        "apps.kubernetes.io/pod-index": str(index),
        "controller-revision-hash": revision,
        "statefulset.kubernetes.io/pod-name": name,
    }
    if claims is not None:
        volume = {"name": claims.name, "persistentVolumeClaim": {"claimName": f"{claims.name}-{name}"}}
        shared["spec"]["volumes"] = [volume, *shared["spec"].get("volumes", [])]
        claim(world, app.namespace, f"{claims.name}-{name}", claims, app.age, labels=app.selector)
    return pod(world, app, shared, name, owner, state, prefix=f"{app.name}-")


def daemon_set(world: World, app: App, states: Mapping[str, PodState] | None = None) -> list[Object]:
    """One pod on each node; `states` names the nodes where the pod is not simply running."""
    states = states or {}
    app = replace(app, tolerations=({"operator": "Exists"},))  # every node needs one, however tainted
    digits = world.suffix(10, "revision", app.namespace, app.name)
    made = _workload(world, app, "DaemonSet")
    shared = template(app)
    made["metadata"]["annotations"] = {"deprecated.daemonset.template.generation": "1", **app.annotations}
    made["spec"] = {
        "selector": {"matchLabels": app.selector},
        "template": shared,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
        "revisionHistoryLimit": 10,
    }
    _revision(world, app, made, f"{app.name}-{digits}")
    pods = [
        _on_node(world, app, made, digits, node, states.get(node.name, PodState(lost=not node.ready)))
        for node in world.plan.nodes
    ]
    made["status"] = _daemon_status(pods)
    world.add(made)
    return pods


def _on_node(world: World, app: App, owner: Object, digits: str, node: NodePlan, state: PodState) -> Object:
    shared = template(app)
    shared["metadata"]["labels"] |= {"controller-revision-hash": digits, "pod-template-generation": "1"}
    terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node.name]}]}]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    shared["spec"] |= {"affinity": {"nodeAffinity": required}}
    name = f"{app.name}-{world.suffix(5, 'daemon', app.namespace, app.name, node.name)}"
    placed = PodState(**{**vars(state), "node": node.name})
    return pod(world, app, shared, name, owner, placed, prefix=f"{app.name}-")


def _daemon_status(pods: list[Object]) -> Object:
    ready, wanted = sum(map(is_ready, pods)), len(pods)
    placed = sum(1 for each in pods if dig(each, "spec", "nodeName"))
    status = {
        "currentNumberScheduled": placed,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": wanted,
        "numberReady": ready,
        "observedGeneration": 1,
        "updatedNumberScheduled": placed,
        "numberAvailable": ready,
    }
    return {**status, "numberUnavailable": wanted - ready} if wanted > ready else status
