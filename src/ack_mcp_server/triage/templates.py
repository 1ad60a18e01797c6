"""Which workloads make pods with the labels that a Service asks for, also while they have none."""

from collections.abc import Iterator

from ack_mcp_server.kube.objects import Object, Ref, part, selects, text
from ack_mcp_server.triage.labelled import Labelled
from ack_mcp_server.triage.scene import Scene

NAMED = ("Deployment", "StatefulSet", "DaemonSet")
NEEDED = (*NAMED, "ReplicaSet", "Job")
_MEMBER = "statefulset.kubernetes.io/pod-name"
# Which controllers add to pods, and no template has.
_ADDED = (
    _MEMBER, "apps.kubernetes.io/pod-index", "controller-revision-hash", "pod-template-hash",
    "batch.kubernetes.io/job-completion-index",
)  # fmt: skip


class Templates:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._labelled = Labelled((obj, _labels(obj)) for obj in _workloads(scene))

    def make(self, namespace: str, selector: Object) -> bool:
        """Whether a workload makes such pods; of members of a StatefulSet, whichever of them there are now."""
        own = {key: value for key, value in selector.items() if key not in _ADDED}
        if member := text(selector, _MEMBER):
            return self._is_member(namespace, member, own)
        return not own or bool(self._labelled.selected(namespace, own))

    def makers(self, namespace: str, selector: Object) -> list[Object]:
        """The workloads whose templates carry all of it."""
        return self._labelled.selected(namespace, selector)

    def _is_member(self, namespace: str, pod: str, own: Object) -> bool:
        """Sets of other groups are not read, and have the same kind."""
        name = pod.rpartition("-")[0]
        if found := self._scene.find("StatefulSet", namespace, name):
            return not own or selects(own, _labels(found))
        return Ref("statefulset", namespace, name) in self._scene.pods_by_workload


def _workloads(scene: Scene) -> Iterator[Object]:
    """The pods of kinds that are not read, such as an Argo Rollout, come from ReplicaSets without a Deployment."""
    for kind in (*NAMED, "Job", "CronJob"):
        yield from scene.all(kind)
    yield from (each for each in scene.all("ReplicaSet") if not scene.owner(each))


def _labels(workload: Object) -> Object:
    outer = part(workload, "spec", "jobTemplate") if text(workload, "kind") == "CronJob" else workload
    return part(outer, "spec", "template", "metadata", "labels")
