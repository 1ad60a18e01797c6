"""Workloads that do not do what they were asked to: who has troubled pods, or fewer pods than wanted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ack_mcp_server.kube.objects import (
    NOTHING,
    Object,
    Ref,
    condition,
    controller_of,
    dig,
    is_true,
    name_of,
    namespace_of,
    number,
    part,
    ref_of,
    text,
    time_of,
)
from ack_mcp_server.triage.coming import coming
from ack_mcp_server.triage.containers import STARTING
from ack_mcp_server.triage.pods import Trouble, is_ready, troubles
from ack_mcp_server.triage.scene import TEMPLATE_HASH, Scene
from ack_mcp_server.triage.starts import patience

_RECURRING = 2  # evictions or failures within a day that are a trouble although all pods run
_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Job")
Logs = Mapping[tuple[str, str, bool], tuple[str, ...]]
"""The last lines by pod, container, and whether they are of its previous run."""


@dataclass(frozen=True)
class Case:
    """One workload that is not well; `obj` is empty where only its pods are known, and one of its ReplicaSets where it
    is of a kind that is not read."""

    scene: Scene
    ref: Ref
    obj: Object
    pods: tuple[Object, ...]
    troubles: tuple[Trouble, ...]
    wanted: int
    ready: int
    logs: Logs = field(default_factory=dict)

    @property
    def state(self) -> str:
        if self.ref.kind == "job":
            return "failed" if is_true(self.obj, "Failed") else "failing"
        return f"{self.ready}/{self.wanted} ready"

    @property
    def severity(self) -> float:
        if self.ref.kind == "job":
            return 45
        if not self.wanted:
            return 30
        return 100.0 if not self.ready else 55 + 30 * max(self.wanted - self.ready, 0) / self.wanted

    def of(self, *what: str) -> list[Trouble]:
        return [trouble for trouble in self.troubles if trouble.what in what]

    @property
    def unfinished(self) -> list[Trouble]:
        """Init containers that run for longer than they may, or until the rollout was given up."""
        deadline = number(self.obj, "spec", "progressDeadlineSeconds")
        return [
            trouble
            for trouble in self.of("initializing")
            if is_stuck(self.obj)
            or (trouble.since and self.scene.now - trouble.since > patience(trouble.spec, deadline))
        ]

    def names(self, found: list[Trouble]) -> list[str]:
        return sorted({name_of(trouble.pod) for trouble in found})


def cases(scene: Scene) -> list[Case]:
    found = [_case(scene, obj) for kind in _KINDS for obj in scene.all(kind)]
    found += [_of_sets(scene, ref, sets) for ref, sets in _other_sets(scene).items()]
    known = {case.ref for case in found}
    loose = (pods for ref, pods in scene.pods_by_workload.items() if ref not in known)
    return [case for case in (*found, *(_loose(scene, pods) for pods in loose)) if _is_ill(case)]


def _other_sets(scene: Scene) -> Mapping[Ref, list[Object]]:
    """ReplicaSets of no Deployment, by what they are known by: themselves, or something like an Argo Rollout."""
    found: defaultdict[Ref, list[Object]] = defaultdict(list)
    for each in scene.all("ReplicaSet"):
        if text(controller_of(each), "kind") != "Deployment":
            found[scene.workload_of(each)].append(each)
    return found


def _of_sets(scene: Scene, ref: Ref, sets: Sequence[Object]) -> Case:
    """The ReplicaSet that cannot make pods, or else lacks most of them, stands for all."""
    pods = tuple(scene.pods_by_workload.get(ref, ()))
    wanted = sum(number(each, "spec", "replicas") for each in sets)
    ready = sum(number(each, "status", "readyReplicas") for each in sets)
    worst = max(sets, key=lambda each: (is_stuck(each), _lack(each)))
    return Case(scene, ref, worst, pods, tuple(_troubles(scene, pods)), wanted, max(ready, _count_ready(pods)))


def _lack(replica_set: Object) -> int:
    return number(replica_set, "spec", "replicas") - number(replica_set, "status", "readyReplicas")


def _case(scene: Scene, obj: Object) -> Case:
    pods = tuple(scene.pods_by_workload.get(ref_of(obj), ()))
    wanted, ready = _wanted(obj), _ready(obj, pods)
    found = tuple(each for each in _troubles(scene, pods) if not _is_past(scene, obj, each))
    return Case(scene, ref_of(obj), obj, pods, found, wanted, ready)


def _is_past(scene: Scene, obj: Object, trouble: Trouble) -> bool:
    """Evicted pods remain when the template was repaired."""
    if trouble.what != "evicted":
        return False
    mine, present = text(part(trouble.pod, "metadata", "labels"), TEMPLATE_HASH), scene.template_hash(obj)
    return bool(mine and present and mine != present)


def _loose(scene: Scene, pods: list[Object]) -> Case:
    """Pods whose owner is of a kind that is not read, and those without one."""
    alive = [pod for pod in pods if text(pod, "status", "phase") not in ("Succeeded", "Failed")]
    found = tuple(_troubles(scene, pods))
    return Case(scene, scene.workload_of(pods[0]), NOTHING, tuple(pods), found, len(alive), _count_ready(pods))


def _troubles(scene: Scene, pods: Iterable[Object]) -> Iterator[Trouble]:
    """Without what comes of a lost node, which is told once, of the node."""
    for pod in pods:
        if text(pod, "spec", "nodeName") not in scene.lost_nodes:
            yield from troubles(pod, scene.now)


def _wanted(obj: Object) -> int:
    if text(obj, "kind") == "DaemonSet":
        return number(obj, "status", "desiredNumberScheduled")
    if text(obj, "kind") == "Job":
        return 0 if is_true(obj, "Complete") else 1
    replicas = dig(obj, "spec", "replicas")
    return replicas if isinstance(replicas, int) else 1


def _ready(obj: Object, pods: tuple[Object, ...]) -> int:
    if text(obj, "kind") == "DaemonSet":
        return number(obj, "status", "numberReady")
    told = number(obj, "status", "readyReplicas")
    return told if text(obj, "kind") == "Deployment" else max(told, _count_ready(pods))


def _count_ready(pods: Iterable[Object]) -> int:
    return sum(map(is_ready, pods))


def _is_ill(case: Case) -> bool:
    if case.ref.kind == "job":
        return _is_ill_job(case)
    passing = [t for t in case.troubles if t.what in ("evicted", "failed")]
    lasting = [t for t in case.troubles if t.what not in ("evicted", "failed", "initializing")]
    if lasting or case.unfinished or len(passing) >= _RECURRING or (passing and not controller_of(case.pods[0])):
        return True
    return _lacks_pods(case) or is_stuck(case.obj)


def _is_ill_job(case: Case) -> bool:
    """A pod that failed is an attempt; a later one may do it."""
    if is_true(case.obj, "Complete") or dig(case.obj, "spec", "suspend") or _was_repeated(case):
        return False
    passing = ("failed", "evicted", "gated", "initializing")
    return is_true(case.obj, "Failed") or bool(case.unfinished) or any(t.what not in passing for t in case.troubles)


def _was_repeated(case: Case) -> bool:
    """Whether a later job of the same CronJob completed."""
    owner, created = text(controller_of(case.obj), "uid"), text(case.obj, "metadata", "creationTimestamp")
    return bool(owner) and any(at > created for at in case.scene.completions.get(owner, ()))


def _lacks_pods(case: Case) -> bool:
    """Fewer than wanted, and longer than it takes to start or to replace one."""
    if case.ready >= case.wanted or not case.obj or not case.scene.knows("Pod"):
        return False
    if _is_young(case.scene, case.obj):
        return False
    return case.ready + coming(case.scene, case.obj, case.pods, case.wanted) < case.wanted


def _is_young(scene: Scene, obj: Object) -> bool:
    created = time_of(obj, "metadata", "creationTimestamp")
    return bool(created and scene.now - created < STARTING)


def is_stuck(obj: Object) -> bool:
    """Of a Deployment whose rollout its controller has given up, or that cannot make pods."""
    progressing = condition(obj, "Progressing")
    gave_up = text(progressing, "status") == "False" and text(progressing, "reason") == "ProgressDeadlineExceeded"
    return gave_up or is_true(obj, "ReplicaFailure")


def where(ref: Ref) -> str:
    """The namespace as a flag."""
    return f" -n {ref.namespace}" if ref.namespace else ""


def namespace_flag(obj: Object) -> str:
    return f" -n {namespace_of(obj)}"
