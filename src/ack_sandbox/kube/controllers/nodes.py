"""Nodes: the taint of a cordoned one, the pods that a taint drives away, and those whose node is gone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers import fit
from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.plane import NODES, PODS, Plane, is_deleting
from ack_sandbox.kube.controllers.replicasets import remove_pod
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of, rfc3339

CORDONED = {"key": fit.UNSCHEDULABLE, "effect": "NoSchedule"}
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
# How long pods of a node that was deleted are kept, in case it comes back.
QUARANTINE = timedelta(seconds=20)


@dataclass(eq=False)
class Nodes:
    plane: Plane

    def reconcile(self, _: str, name: str, at: datetime) -> None:
        node = self.plane.store.get(NODES, "", name)
        if node is None:
            self.plane.queue.add(self.collect, "", name, at + QUARANTINE)
            return
        node = self._tainted(node, at)
        if any(each["key"] == OUT_OF_SERVICE for each in dig(node, "spec", "taints", default=[])):
            self._collect_deleted(name, at)
        for pod in self._pods(name):
            taint = fit.untolerated(pod, node, ("NoExecute",))
            if taint is not None and not is_deleting(pod):
                text = f"Marking for deletion Pod {namespace_of(pod)}/{name_of(pod)}"
                emit(self.plane, pod, "TaintManagerEviction", text, at, component="taint-eviction-controller")
                remove_pod(self.plane, pod, at)

    def collect(self, _: str, name: str, at: datetime) -> None:
        """Remove the pods of a node that is no longer there; no kubelet will confirm it."""
        if self.plane.store.get(NODES, "", name) is None:
            for pod in self._pods(name):
                self._force(pod, at)

    def _collect_deleted(self, name: str, at: datetime) -> None:
        for pod in self._pods(name):
            if is_deleting(pod):
                self._force(pod, at)

    def _force(self, pod: Object, at: datetime) -> None:
        found = self.plane.store.entry(PODS, namespace_of(pod), name_of(pod))
        if found is not None:
            delete(self.plane.state, self.plane.state.catalog.by_key[PODS], found, Options(grace=0), at)

    def _pods(self, node: str) -> list[Object]:
        return [pod for pod in self.plane.pods() if dig(pod, "spec", "nodeName") == node]

    def _tainted(self, node: Object, at: datetime) -> Object:
        """The node with the taint that says it is cordoned, exactly while it is."""
        taints = dig(node, "spec", "taints", default=[])
        kept = [each for each in taints if each["key"] != fit.UNSCHEDULABLE]
        cordoned = bool(dig(node, "spec", "unschedulable"))
        if cordoned == (len(kept) < len(taints)):
            return node
        wanted = [*kept, {**CORDONED, "timeAdded": rfc3339(at)}] if cordoned else kept
        spec = {key: value for key, value in node["spec"].items() if key != "taints"}
        changed = self.plane.put(NODES, {**node, "spec": {**spec, "taints": wanted} if wanted else spec}, at)
        name = name_of(node)
        about = {**node, "metadata": {"name": name, "uid": name}}
        reason = f"Node{'Not' if cordoned else ''}Schedulable"
        emit(self.plane, about, reason, f"Node {name} status is now: {reason}", at, component="kubelet", host=name)
        return changed
