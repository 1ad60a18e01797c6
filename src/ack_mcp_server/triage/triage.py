"""One call, the evidence that an expert would collect: read at once, judged by rules, told shortly."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import InvalidInput, NotEnabled, NotFound, Unavailable
from ack_mcp_server.identifiers import NAMESPACE, shown
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.objects import name_of
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.triage.changes import began
from ack_mcp_server.triage.collecting import Extra, findings
from ack_mcp_server.triage.findings import Finding
from ack_mcp_server.triage.judging import judged, of_the_cluster
from ack_mcp_server.triage.logs import with_logs
from ack_mcp_server.triage.peaks import Memory
from ack_mcp_server.triage.question import Question
from ack_mcp_server.triage.reading import LISTS, Found, Listed, metrics_of, read_all
from ack_mcp_server.triage.report import FindingReport, TriageReport
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.trail import Asker, Subject, bounded
from ack_mcp_server.triage.workloads import Case, cases

_MOST = 30  # findings that are told of; more are named
_ASKED_OF = 50  # the gravest, of which some are looked for in the audit log
_READING_S, _MORE_S = 12.0, 8.0  # of lists, then of logs, metrics and audit entries
_SPOKEN = {"Pod": "pods", "PodMetrics": "usage", "Event": "events"}
_OF_NO_USE = ("PodMetrics", "StorageClass", "HorizontalPodAutoscaler")


@dataclass
class Triage:
    """Lives as long as the server."""

    kubectl: Kubectl
    metrics: Metrics

    async def run(self, question: Question, reach: Reach, room: Room) -> TriageReport:
        """Raises AckError."""
        places = self._places(question)
        access = await self.kubectl.access.to(question.cluster_id, reach)
        if access.kubeconfig is None:
            raise NotEnabled(
                "triage does not work with a kubeconfig that needs a program or a proxy",
                next_step="Give the server one with a token or a client certificate, or use ack_kubectl.",
            )
        with access.in_use():
            asked = await self.kubectl.engine.asked(parse("get pods"), access.kubeconfig, Room(0))
            found = await self._read(asked, places)
            scene = Scene(asked.now(), found.objects, found.missing)
            self._check(scene, question)
            told = await self._told(scene, asked, question, reach, found)
        return report(scene, told, question, access.cluster_id, found.missing, room, found.notes)

    async def _told(self, scene: Scene, asked: Asked, question: Question, reach: Reach, found: Found) -> list[Finding]:
        """What is known of a trouble beyond its status is read at once, of each source for itself."""
        ill, others = await asyncio.to_thread(_unwell, scene, question)
        unwell: list[Case | Finding] = [*ill, *others]
        graver = sorted(unwell, key=lambda each: -each.severity)
        brought = reach.brought is not None
        local = brought or reach.has_local
        memory = Memory(self.metrics, reach, question.cluster_id, known=not brought)
        asker = Asker(reach, question.cluster_id, local)
        subjects = [_subject(each) for each in graver[:_ASKED_OF]]
        logged, peaks, trails = await asyncio.gather(
            with_logs(ill, asked, _MORE_S, found.missing),
            memory.peaks([] if reach.brought else ill, _MORE_S, found.missing),  # whose metrics is not known
            asker.changes(subjects, scene.now, _MORE_S, found.missing),
        )
        if trails and (note := bounded(subjects, "one workload" if question.namespace else "one namespace")):
            found.notes.append(note)
        return await asyncio.to_thread(findings, logged, others, Extra(metrics_of(found.objects), peaks, trails))

    def _places(self, question: Question) -> tuple[str, ...]:
        allowed = self.kubectl.settings.namespaces
        if question.namespace and not NAMESPACE.fullmatch(question.namespace):
            raise InvalidInput(
                f"{shown(question.namespace)} cannot be the name of a namespace",
                next_step="ack_kubectl get namespaces lists them.",
            )
        if question.namespace and allowed and question.namespace not in allowed:
            raise NotEnabled(
                f"namespace {shown(question.namespace)} is beyond what this server may touch",
                next_step=f"Use one of {', '.join(allowed)}.",
            )
        return (question.namespace,) if question.namespace else (allowed or ("",))

    async def _read(self, asked: Asked, places: tuple[str, ...]) -> Found:
        kinds, denied = await self._allowed(asked, places)
        found = await read_all(asked, kinds, places, _READING_S)
        found.missing.update(denied)
        if "Pod" in found.missing and not found.objects.get("Pod"):
            step = "Check RBAC: get and list on pods; name a namespace where the cluster is large."
            raise Unavailable(f"pods cannot be read: {found.missing['Pod']}", next_step=step)
        return found

    async def _allowed(self, asked: Asked, places: tuple[str, ...]) -> tuple[list[Listed], dict[str, str]]:
        """Without the kinds that the operator denies."""
        bounds = Bounds.of(self.kubectl.settings)
        if not bounds:
            return list(LISTS), {}
        catalog = await asked.kinds.now()
        kinds, denied = [], {}
        for each in LISTS:
            group = each.root.split("/")[2] if each.root.startswith("/apis/") else ""
            command = parse(f"get {each.plural}{'.' * bool(group)}{group}{f' -n {places[0]}' * bool(places[0])}")
            try:
                bounds.check(command, catalog)
                kinds.append(each)
            except NotEnabled:
                denied[each.kind] = "not allowed on this server"
        return kinds, denied

    def _check(self, scene: Scene, question: Question) -> None:
        """A namespace or a workload that does not exist is an error, not a healthy one."""
        space = question.namespace
        if space and scene.knows("Namespace") and not scene.find("Namespace", "", space):
            raise NotFound(
                f"namespace {shown(space)} does not exist", next_step="ack_kubectl get namespaces lists them."
            )
        if question.workload and not any(question.means(*known) for known in _known(scene)):
            raise InvalidInput(
                f"there is no workload {shown(question.workload)} in {space or 'any namespace'}",
                next_step="Give its name, or kind/name such as deployment/web, and its namespace.",
            )


def _unwell(scene: Scene, question: Question) -> tuple[list[Case], list[Finding]]:
    """In a thread, because tens of thousands of pods take seconds."""
    ill = [case for case in cases(scene) if question.means(case.ref.kind, case.ref.name)]
    return ill, [each for each in of_the_cluster(scene, question.namespace) if question.names(each.subject)]


def _subject(ill: Case | Finding) -> Subject:
    """For the audit log."""
    finding = judged(ill) if isinstance(ill, Case) else ill
    since = began(ill) if isinstance(ill, Case) else finding.since
    return Subject(finding.subject, since, next((cause.absent for cause in finding.causes if cause.absent), None))


def _known(scene: Scene) -> list[tuple[str, str]]:
    objects = [(ref.kind, ref.name) for ref in scene.pods_by_workload]
    kinds = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Service", "Ingress", "Node", "PersistentVolumeClaim")
    return objects + [(kind.lower(), name_of(obj)) for kind in kinds for obj in scene.all(kind)]


def report(
    scene: Scene,
    found: Sequence[Finding],
    question: Question,
    cluster: str,
    missing: Mapping[str, str],
    room: Room,
    notes: Sequence[str] = (),
) -> TriageReport:
    pods, workloads = len(scene.all("Pod")), len(scene.pods_by_workload)
    place = f"namespace {question.namespace} of {cluster}" if question.namespace else f"cluster {cluster}"
    told = {_SPOKEN.get(source, source): why for source, why in missing.items() if source not in _OF_NO_USE}
    return TriageReport(
        where=f"{question.workload} in {place}" if question.workload else place,
        looked_at=f"{pods:,} pods of {workloads:,} workloads looked at",
        findings=tuple(FindingReport.of(finding, scene.now) for finding in found[:_MOST]),
        left_out=tuple(str(finding.subject) for finding in found[_MOST:]),
        missing=tuple(f"{source} ({why})" for source, why in told.items()),
        notes=tuple(notes),
        room=room.content,
    )
