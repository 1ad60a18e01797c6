"""Whether what a triage is asked about exists: what could not be read may exist, and is not said to be well."""

from collections.abc import Iterator

from ack_mcp_server.errors import InvalidInput, NotFound, Unavailable
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.objects import controller_of, dig, name_of, ref_of, text
from ack_mcp_server.triage.question import Question
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.workloads import Case

_SCALED = ("Deployment", "StatefulSet")
_MAKERS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob")
_KINDS = (*_MAKERS, "Pod", "Service", "Ingress", "Node", "PersistentVolumeClaim")


def check(scene: Scene, question: Question) -> None:
    """Raises NotFound for a namespace and InvalidInput for a workload that is not there, Unavailable where that is not
    known."""
    space = question.namespace
    if space and scene.knows("Namespace") and not scene.find("Namespace", "", space):
        raise NotFound(f"namespace {shown(space)} does not exist", next_step="ack_kubectl get namespaces lists them.")
    if not question.workload or any(question.means(*known) for known in _known(scene)):
        return
    what = f"no workload {shown(question.workload)} in {space or 'any namespace'}"
    if unread := _unread(scene, question):
        raise Unavailable(
            f"{what} was found, and it may exist all the same; not read: {unread}",
            next_step="Check RBAC: get and list on these kinds; or ask for the whole namespace, without workload.",
        )
    raise InvalidInput(
        f"there is {what}", next_step="Give its name, or kind/name such as deployment/web, and its namespace."
    )


def at_zero(scene: Scene, question: Question) -> str:
    """Of the workload that is asked about: nothing of it can be unwell."""
    found = [each for kind in _SCALED if question.workload for each in scene.all(kind)]
    meant = [each for each in found if question.means(ref_of(each).kind, name_of(each))]
    none = [str(ref_of(each)) for each in meant if dig(each, "spec", "replicas") == 0]
    return f"{', '.join(none)}: scaled to 0, so that no pod of it is to run" if none else ""


def is_meant(question: Question, case: Case) -> bool:
    """Also by what made it, as a CronJob its Jobs, and by one of its pods."""
    maker = controller_of(case.obj)
    known = [(case.ref.kind, case.ref.name), (text(maker, "kind").lower(), text(maker, "name"))]
    return any(question.means(*each) for each in (*known, *(("pod", name_of(pod)) for pod in case.pods)))


def _known(scene: Scene) -> Iterator[tuple[str, str]]:
    for kind in _KINDS:
        yield from ((kind.lower(), name_of(obj)) for obj in scene.all(kind))
    yield from ((ref.kind, ref.name) for ref in scene.pods_by_workload)
    for maker in (controller_of(obj) for kind in _MAKERS for obj in scene.all(kind)):
        yield text(maker, "kind").lower(), text(maker, "name")


def _unread(scene: Scene, question: Question) -> str:
    kinds = [kind for kind in _KINDS if kind in scene.missing and question.means_kind(kind.lower())]
    return "; ".join(f"{kind} ({scene.missing[kind]})" for kind in kinds)
