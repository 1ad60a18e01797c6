"""The requests that made what is in the cluster: objects, revisions and pods, each at the time that it shows."""

from collections.abc import Iterator
from datetime import timedelta

from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of
from ack_sandbox.sls.rows.actors import Actor, component, controller
from ack_sandbox.sls.rows.audit import Call, Deed
from ack_sandbox.sls.rows.crons import runs
from ack_sandbox.sls.rows.deeds import author, keeper, patched
from ack_sandbox.sls.rows.deeds import created as creation
from ack_sandbox.sls.rows.scene import REVISION, SYSTEM_SPACES, Scene, created

KEPT = timedelta(days=30)
DAY = timedelta(hours=24)
BY_HAND = (
    "ConfigMap",
    "CronJob",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Namespace",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "Service",
    "StatefulSet",
)
# by the kind of an incident
TOLD = {"OOMKilled": "resources", "LivenessKills": "livenessProbe"}
CONTROLLERS = {"ReplicaSet": "replicaset-controller", "StatefulSet": "statefulset-controller", "Job": "job-controller"}
CONTROLLERS |= {"DaemonSet": "daemon-set-controller"}


def creations(scene: Scene) -> Iterator[Deed]:
    for kind in BY_HAND:
        for obj in scene.kind(kind):
            if _is_written(obj) and created(obj) > scene.now - KEPT:
                yield creation(scene, obj, author(scene, namespace_of(obj)), created(obj))
    for each in scene.kind("Deployment"):
        yield from _revisions(scene, each)
    for pod in scene.kind("Pod"):
        if created(pod) > scene.now - DAY:
            yield from _pod(scene, pod)
    yield from _cron_runs(scene)


def _is_written(obj: Object) -> bool:
    return "ownerReferences" not in obj["metadata"] and namespace_of(obj) not in SYSTEM_SPACES


def _revisions(scene: Scene, made: Object) -> Iterator[Deed]:
    """Each revision is an apply by the author, and a ReplicaSet of the controller a moment later."""
    told = _told(scene, made)
    who = keeper(scene, namespace_of(made)) if told else author(scene, namespace_of(made))
    before: Object | None = None
    for replica_set in scene.owned(made):
        at = created(replica_set)
        if at > scene.now - KEPT and replica_set["metadata"]["annotations"][REVISION] != "1":
            newest = replica_set["metadata"]["annotations"][REVISION] == made["metadata"]["annotations"][REVISION]
            template = {"spec": {"containers": changed_containers(before, replica_set, told if newest else "")}}
            shown = {**made, "spec": {**made["spec"], "template": _template(replica_set)}}
            yield patched(scene, shown, who, at, {"spec": {"template": template}})
        if at > scene.now - DAY:
            call = _create(controller(scene.plan, "deployment-controller"), "apps", "replicasets", replica_set)
            yield Deed(at, call, 180_000)
        before = replica_set


def _told(scene: Scene, made: Object) -> str:
    """The part of a container that somebody set by hand and that made the trouble of this Deployment."""
    workload = f"deployment/{name_of(made)}"
    found = [each for each in scene.population.incidents if each.workload == workload]
    return next((TOLD[each.kind] for each in found if each.kind in TOLD and each.namespace == namespace_of(made)), "")


def _template(replica_set: Object) -> Object:
    template = replica_set["spec"]["template"]
    labels = {key: value for key, value in template["metadata"]["labels"].items() if key != "pod-template-hash"}
    return {**template, "metadata": {**template["metadata"], "labels": labels}}


def changed_containers(before: Object | None, after: Object, told: str = "") -> list[Object]:
    """What a strategic merge patch has to say of the containers."""
    known = {each["name"]: each for each in dig(before, "spec", "template", "spec", "containers", default=[])}
    containers = []
    for each in after["spec"]["template"]["spec"]["containers"]:
        old = known.get(each["name"], {})
        change = {key: value for key, value in each.items() if old.get(key) != value or key == told}
        containers.append({"name": each["name"], **(change if old else {"image": each["image"]})})
    return containers


def _create(who: Actor, group: str, resource: str, obj: Object) -> Call:
    return Call(
        actor=who,
        verb="create",
        group=group,
        resource=resource,
        namespace=namespace_of(obj),
        name=name_of(obj),
        code=201,
    )


def _pod(scene: Scene, pod: Object) -> Iterator[Deed]:
    owner = dig(pod, "metadata", "ownerReferences", 0, "kind", default="")
    if owner not in CONTROLLERS:
        return
    at = created(pod)
    yield Deed(at, _create(controller(scene.plan, CONTROLLERS[owner]), "", "pods", pod), 260_000)
    if dig(pod, "spec", "nodeName"):
        yield Deed(at, _binding(scene, namespace_of(pod), name_of(pod), pod["spec"]["nodeName"]), 340_000)


def _binding(scene: Scene, space: str, pod: str, node: str) -> Call:
    target = {"kind": "Node", "name": node}
    meta = {"name": pod, "namespace": space}
    body = {"kind": "Binding", "apiVersion": "v1", "metadata": meta, "target": target}
    return Call(
        actor=component(scene.plan, "kube-scheduler"),
        verb="create",
        resource="pods",
        namespace=space,
        name=pod,
        subresource="binding",
        code=201,
        sent=body,
    )


def _cron_runs(scene: Scene) -> Iterator[Deed]:
    """Of runs that are still there the pods are seen by `_pod`; the others were deleted as the history moved on."""
    there = {name_of(each) for each in scene.kind("Job")}
    for run in runs(scene):
        space = namespace_of(run.cron)
        job = {"kind": "Job", "metadata": {"name": run.job, "namespace": space}}
        who = controller(scene.plan, "cronjob-controller")
        yield Deed(run.at, _create(who, "batch", "jobs", job), 90_000)
        if run.job in there:
            continue
        pod = {"kind": "Pod", "metadata": {"name": run.pod, "namespace": space}}
        yield Deed(run.at, _create(controller(scene.plan, "job-controller"), "", "pods", pod), 210_000)
        yield Deed(run.at, _binding(scene, space, run.pod, run.node), 290_000)
