"""One call, the evidence that an expert would collect: read at once, judged by rules, told shortly."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import AckError, CommandFailed, InvalidInput, NotEnabled, Unavailable
from ack_mcp_server.identifiers import NAMESPACE, shown
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.connection import Connection
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.using import UNAUTHORIZED, using
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.triage.changes import began
from ack_mcp_server.triage.clock import apart, time_there
from ack_mcp_server.triage.collecting import Extra, findings
from ack_mcp_server.triage.findings import Finding
from ack_mcp_server.triage.judging import judged, of_the_cluster
from ack_mcp_server.triage.known import at_zero, check, is_meant
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
_OF_NO_USE = ("PodMetrics", "StorageClass", "HorizontalPodAutoscaler", "CronJob")


@dataclass
class Triage:
    """Lives as long as the server."""

    kubectl: Kubectl
    metrics: Metrics

    async def run(self, question: Question, reach: Reach, room: Room) -> TriageReport:
        """Raises AckError."""
        places = self._places(question)
        try:
            return await using(
                self.kubectl.access, question.cluster_id, reach,
                lambda access: self._of(question, places, access, reach, room),
            )  # fmt: skip
        except Refusal as exc:
            raise CommandFailed(exc.line, next_step="Check the identity of the kubeconfig.") from exc

    async def _of(
        self, question: Question, places: tuple[str, ...], access: Access, reach: Reach, room: Room
    ) -> TriageReport:
        if access.kubeconfig is None:
            raise NotEnabled(
                "triage does not work with a kubeconfig that needs a program or a proxy",
                next_step="Give the server one with a token or a client certificate, or use ack_kubectl.",
            )
        asked = await self.kubectl.engine.asked(parse("get pods"), access.kubeconfig, Room(0))
        found = await self._read(asked, places)
        here = asked.now()
        scene = Scene(_time_there(asked.connection, here), found.objects, found.missing)
        check(scene, question)
        found.notes += filter(None, [apart(scene.now, here), at_zero(scene, question)])
        told = await self._told(scene, asked, question, reach, found)
        where = _where(question, access.cluster_id, self.kubectl.settings.namespaces)
        return report(scene, told, where, found.missing, room, found.notes)

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
            raise _unreadable(found)
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


def _unwell(scene: Scene, question: Question) -> tuple[list[Case], list[Finding]]:
    """In a thread, because tens of thousands of pods take seconds."""
    ill = [case for case in cases(scene) if is_meant(question, case)]
    return ill, [each for each in of_the_cluster(scene, question.namespace) if question.names(each.subject)]


def _time_there(connection: Connection, here: datetime) -> datetime:
    return time_there(connection.date, asyncio.get_running_loop().time() - connection.dated, here)


def _unreadable(found: Found) -> Refusal | Unavailable:
    error, told = found.errors.get("Pod"), f"pods cannot be read: {found.missing['Pod']}"
    if isinstance(error, AckError):
        return Unavailable(told, next_step=error.next_step)
    if error is None:
        return Unavailable(told, next_step="Name a namespace where the cluster is large, or try again.")
    if error.code == UNAUTHORIZED:
        return error
    return Unavailable(told, next_step="Check RBAC: get and list on pods.")


def _where(question: Question, cluster: str, allowed: tuple[str, ...]) -> str:
    place = f"cluster {cluster}"
    if spaces := (question.namespace,) if question.namespace else allowed:
        place = f"namespace{'s' * (len(spaces) > 1)} {', '.join(spaces)} of {cluster}"
    return f"{question.workload} in {place}" if question.workload else place


def _subject(ill: Case | Finding) -> Subject:
    """For the audit log."""
    finding = judged(ill) if isinstance(ill, Case) else ill
    since = began(ill) if isinstance(ill, Case) else finding.since
    return Subject(finding.subject, since, next((cause.absent for cause in finding.causes if cause.absent), None))


def report(
    scene: Scene,
    found: Sequence[Finding],
    where: str,
    missing: Mapping[str, str],
    room: Room,
    notes: Sequence[str] = (),
) -> TriageReport:
    pods, workloads = len(scene.all("Pod")), len(scene.pods_by_workload)
    told = {_SPOKEN.get(source, source): why for source, why in missing.items() if source not in _OF_NO_USE}
    return TriageReport(
        where=where,
        looked_at=f"{pods:,} pods of {workloads:,} workloads looked at",
        findings=tuple(FindingReport.of(finding, scene.now) for finding in found[:_MOST]),
        left_out=tuple(str(finding.subject) for finding in found[_MOST:]),
        missing=tuple(f"{source} ({why})" for source, why in told.items()),
        notes=tuple(notes),
        room=room.content,
    )
