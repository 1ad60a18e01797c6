"""DaemonSets: one pod on every node that takes it, replaced node by node when the template changes."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers import fit, revisions, templates
from ack_sandbox.kube.controllers.conditions import is_ready
from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.making import Pods, Refused
from ack_sandbox.kube.controllers.plane import DAEMON_SETS, NODES, PODS, Plane, is_active, is_deleting, is_finished
from ack_sandbox.kube.controllers.replicasets import RETRY, remove_pod
from ack_sandbox.kube.objects import Object, dig, labels_of, metadata, name_of

COMPONENT = "daemonset-controller"
REVISION = "controller-revision-hash"
TOLERATED = ("not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")
TOLERATIONS = [
    {
        "key": f"node.kubernetes.io/{state}",
        "operator": "Exists",
        "effect": "NoExecute" if state in ("not-ready", "unreachable") else "NoSchedule",
    }
    for state in TOLERATED
]


@dataclass(eq=False)
class DaemonSets:
    plane: Plane
    pods: Pods

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(DAEMON_SETS, namespace, name)
        if made is None or is_deleting(made):
            return
        newest, known = revisions.current(self.plane, made, at)
        digits = revisions.digits(newest)
        wanted = [node for node in self.plane.store.objects(NODES) if _takes(made, node)]
        try:
            self._spread(made, wanted, digits, at)
        except Refused:
            self.plane.queue.add(self.reconcile, namespace, name, self.plane.later(at, RETRY))
        self._update(made, digits, at)
        left = self.plane.owned(PODS, made)
        revisions.forget(self.plane, made, known, {labels_of(each).get(REVISION, "") for each in left}, at)
        self.plane.status(DAEMON_SETS, made, _status(made, left, wanted, digits), at)

    def _spread(self, made: Object, wanted: list[Object], digits: str, at: datetime) -> None:
        there = {_node(pod): pod for pod in self.plane.owned(PODS, made)}
        names = {name_of(node) for node in wanted}
        for node, pod in there.items():
            if (is_active(pod) and node not in names) or is_finished(pod):
                self._remove(made, pod, at)
        for name in sorted(names - set(there)):
            self._one(made, name, digits, at)

    def _one(self, made: Object, node: str, digits: str, at: datetime) -> None:
        template = made["spec"]["template"]
        terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}]
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
        tolerations = [*(template["spec"].get("tolerations") or []), *TOLERATIONS]
        spec = {"affinity": {"nodeAffinity": required}, "tolerations": tolerations}
        generation = str(metadata(made).get("generation", 1))
        labels = {REVISION: digits, "pod-template-generation": generation}
        self.pods.make(made, template, at, component=COMPONENT, labels=labels, spec=spec)

    def _remove(self, made: Object, pod: Object, at: datetime) -> None:
        remove_pod(self.plane, pod, at)
        emit(self.plane, made, "SuccessfulDelete", f"Deleted pod: {name_of(pod)}", at, component=COMPONENT)

    def _update(self, made: Object, digits: str, at: datetime) -> None:
        strategy = dig(made, "spec", "updateStrategy", default={})
        if strategy.get("type") == "OnDelete":
            return
        pods = self.plane.owned(PODS, made)
        missing = dig(strategy, "rollingUpdate", "maxUnavailable", default=1)
        spare = max(templates.share(missing, len(pods), up=True), 1) - sum(not is_ready(pod) for pod in pods)
        for pod in pods:
            if labels_of(pod).get(REVISION) == digits or is_deleting(pod):
                continue
            if not is_ready(pod):
                self._remove(made, pod, at)
            elif spare > 0:
                self._remove(made, pod, at)
                spare -= 1


def _node(pod: Object) -> str:
    """The node that a pod is on, or is meant for."""
    affinity = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
    meant = dig(pod, "spec", *affinity, 0, "matchFields", 0, "values", 0, default="")
    return str(dig(pod, "spec", "nodeName", default=meant))


def _takes(made: Object, node: Object) -> bool:
    spec = made["spec"]["template"]["spec"]
    pod = {"spec": {**spec, "tolerations": [*(spec.get("tolerations") or []), *TOLERATIONS]}}
    return fit.untolerated(pod, node) is None and fit.is_chosen(pod, node)


def _status(made: Object, pods: list[Object], wanted: list[Object], digits: str) -> Object:
    names = {name_of(node) for node in wanted}
    placed = [pod for pod in pods if _node(pod) in names]
    ready = sum(map(is_ready, placed))
    status = {
        "currentNumberScheduled": len(placed),
        "numberMisscheduled": len(pods) - len(placed),
        "desiredNumberScheduled": len(wanted),
        "numberReady": ready,
        "observedGeneration": metadata(made).get("generation", 1),
        "updatedNumberScheduled": sum(labels_of(pod).get(REVISION) == digits for pod in placed),
        "numberAvailable": ready,
    }
    return {**status, "numberUnavailable": len(wanted) - ready} if len(wanted) > ready else status
