"""What the cloud does to the machines of a cluster, as Kubernetes sees it: they join, drain, restart and leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ack_sandbox.kube.api.evictions import spend
from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.plane import NODES, Plane, controller_of, is_active
from ack_sandbox.kube.controllers.queue import Queue
from ack_sandbox.kube.controllers.replicasets import remove_pod
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, condition, dig, labels_of, metadata, name_of, namespace_of, rfc3339
from ack_sandbox.kube.population.nodes import HEALTHY, NOT_READY, UNREACHABLE, joining
from ack_sandbox.kube.population.world import Population, World
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError
from ack_sandbox.plan import NodePlan

PODS = "/pods"
OF_NODE = ((NODES, ""), ("coordination.k8s.io/leases", "kube-node-lease"), ("storage.k8s.io/csinodes", ""))
BROKEN = (NOT_READY, UNREACHABLE)


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The labels and taints that a node has from its pool."""

    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Object] = ()  # {"key", "value", "effect"}
    unschedulable: bool = False


@dataclass(eq=False)
class Machines:
    state: ClusterState
    plane: Plane

    def is_ready(self, name: str) -> bool:
        node = self.state.store.get(NODES, "", name)
        return node is not None and dig(condition(node, "Ready") or {}, "status") == "True"

    def join(self, plan: NodePlan, version: str, marks: Marks, at: datetime) -> None:
        state = self.state
        population = Population(state.catalog, state.logs, state.usages)
        world = World(state.plan, at.replace(microsecond=0), state.draws.at("machine", plan.instance_id), population)
        made, *others = joining(world, plan)
        self._put(_marked(_versioned(made, version), Marks(), marks), at)
        for each in others:
            state.store.put(state.catalog.of(each).key, each, at)
        self._say(plan.name, "RegisteredNode", f"Node {plan.name} event: Registered Node {plan.name} in Controller", at)

    def become_ready(self, name: str, at: datetime) -> None:
        """Also after a restart: whatever the node's conditions said, they are well now."""
        node = self.state.store.get(NODES, "", name)
        if node is None or self.is_ready(name):
            return
        healthy = {kind: (status, reason, message) for kind, status, reason, message in HEALTHY}
        conditions = [_turned(each, *healthy[each["type"]], rfc3339(at)) for each in node["status"]["conditions"]]
        taints = [each for each in dig(node, "spec", "taints", default=[]) if each["key"] not in BROKEN]
        status = {**node["status"], "conditions": conditions}
        self._put({**node, "spec": _with_taints(node["spec"], taints), "status": status}, at)
        self._say(name, "NodeReady", f"Node {name} status is now: NodeReady", at)

    def restart(self, name: str, at: datetime) -> None:
        """No container outlives the machine it runs on."""
        for pod in [pod for pod in self.plane.pods() if dig(pod, "spec", "nodeName") == name]:
            entry = self.state.store.entry(PODS, namespace_of(pod), name_of(pod))
            if entry is not None:
                delete(self.state, self.state.catalog.by_key[PODS], entry, Options(grace=0), at)
        self._say(name, "Rebooted", f"Node {name} has been rebooted", at, warning=True)

    def leave(self, name: str, at: datetime) -> None:
        self._say(name, "RemovingNode", f"Node {name} event: Removing Node {name} from Controller", at)
        for resource, namespace in OF_NODE:
            self.state.store.remove(resource, namespace, name, at)

    def cordon(self, name: str, at: datetime, *, on: bool = True) -> None:
        node = self.state.store.get(NODES, "", name)
        if node is not None and bool(dig(node, "spec", "unschedulable")) != on:
            spec = {key: value for key, value in node["spec"].items() if key != "unschedulable"}
            self._put({**node, "spec": {**spec, "unschedulable": True} if on else spec}, at)

    def evict(self, name: str, at: datetime) -> None:
        """Ask for the eviction of every pod that a drain moves; budgets may keep some for now."""
        for pod in self.undrained(name):
            try:
                spend(self.state, pod, dry_run=False)
            except ApiError:
                continue  # asked again a little later, as kubectl drain does
            remove_pod(self.plane, pod, at)

    def undrained(self, name: str) -> list[Object]:
        pods = [pod for pod in self.plane.pods() if dig(pod, "spec", "nodeName") == name and is_active(pod)]
        return [pod for pod in pods if (controller_of(pod) or {}).get("kind") != "DaemonSet"]

    def upgrade(self, name: str, version: str, at: datetime) -> None:
        node = self.state.store.get(NODES, "", name)
        if node is not None:
            self._put(_versioned(node, version), at)

    def mark(self, names: Iterable[str], before: Marks, after: Marks, at: datetime) -> None:
        for name in names:
            node = self.state.store.get(NODES, "", name)
            if node is not None:
                self._put(_marked(node, before, after), at)

    def _put(self, node: Object, at: datetime) -> None:
        self.state.store.put(NODES, {**node, "metadata": dict(metadata(node))}, at)

    def _say(self, name: str, reason: str, message: str, at: datetime, *, warning: bool = False) -> None:
        # The controllers name a node, not its uid, in the events they write about it.
        about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": name, "uid": name}}
        emit(self.plane, about, reason, message, at, component="node-controller", warning=warning)


def machines(state: ClusterState) -> Machines:
    # Names and uids of its own, beside those that the controllers draw.
    drawn = replace(state, draws=state.draws.at("machines"))
    return Machines(state, Plane(drawn, Queue(state.schedule)))


def _versioned(node: Object, version: str) -> Object:
    info = {**node["status"]["nodeInfo"], "kubeletVersion": f"v{version}", "kubeProxyVersion": f"v{version}"}
    return {**node, "status": {**node["status"], "nodeInfo": info}}


def _turned(old: Object, status: str, reason: str, message: str, now: str) -> Object:
    changed = now if old["status"] != status else old["lastTransitionTime"]
    turned = {"status": status, "reason": reason, "message": message}
    return {**old, **turned, "lastHeartbeatTime": now, "lastTransitionTime": changed}


def _marked(node: Object, before: Marks, after: Marks) -> Object:
    """The node with what its pool gives it now in place of what the pool gave it before."""
    labels = {key: value for key, value in labels_of(node).items() if before.labels.get(key) != value}
    dropped = [(each["key"], each["effect"]) for each in (*before.taints, *after.taints)]
    taints = [each for each in dig(node, "spec", "taints", default=[]) if (each["key"], each["effect"]) not in dropped]
    spec = _with_taints(node["spec"], [*taints, *map(dict, after.taints)])
    if before.unschedulable != after.unschedulable:
        spec = {key: value for key, value in spec.items() if key != "unschedulable"}
        spec |= {"unschedulable": True} if after.unschedulable else {}
    meta = {**metadata(node), "labels": {**labels, **after.labels}}
    return {**node, "metadata": meta, "spec": spec}


def _with_taints(spec: Object, taints: list[Object]) -> Object:
    rest = {key: value for key, value in spec.items() if key != "taints"}
    return {**rest, "taints": taints} if taints else rest
