"""One call, the evidence that an expert would collect: read at once, judged by rules, told shortly."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import InvalidInput, NotEnabled, NotFound, Unavailable
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.native.ages import human_duration
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.triage.changes import began, changes
from ack_mcp_server.triage.findings import Finding
from ack_mcp_server.triage.judging import judged, of_the_cluster
from ack_mcp_server.triage.logs import with_logs
from ack_mcp_server.triage.objects import name_of
from ack_mcp_server.triage.reading import LISTS, Found, Listed, metrics_of, read_all
from ack_mcp_server.triage.report import CauseReport, FindingReport, TriageReport
from ack_mcp_server.triage.rules.telling import last_lines, telling
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.use import use
from ack_mcp_server.triage.workloads import Case, cases

_MOST = 30  # findings that are told of; more are named
_READING_S, _LOGS_S = 12.0, 6.0  # of lists, then of logs
_SPOKEN = {"Pod": "pods", "PodMetrics": "usage", "Event": "events"}
_OF_NO_USE = ("PodMetrics", "StorageClass", "HorizontalPodAutoscaler")


@dataclass(frozen=True, kw_only=True)
class Question:
    """Empty parts mean all; `workload` is a name, or kind/name."""

    cluster_id: str = ""
    namespace: str = ""
    workload: str = ""


@dataclass
class Triage:
    """Lives as long as the server."""

    kubectl: Kubectl

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
            ill = await with_logs(_matching(cases(scene), question), asked, _LOGS_S, found.missing)
        findings = await asyncio.to_thread(_findings, scene, ill, question, found)
        return _report(scene, findings, question, access.cluster_id, found, room)

    def _places(self, question: Question) -> tuple[str, ...]:
        allowed = self.kubectl.settings.namespaces
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
        if "Pod" in found.missing:
            raise Unavailable(
                f"pods cannot be read: {found.missing['Pod']}", next_step="Check RBAC: get and list on pods."
            )
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
        if question.workload and not any(_is_meant(kind, name, question) for kind, name in _known(scene)):
            raise InvalidInput(
                f"there is no workload {shown(question.workload)} in {space or 'any namespace'}",
                next_step="Give its name, or kind/name such as deployment/web, and its namespace.",
            )


def _known(scene: Scene) -> list[tuple[str, str]]:
    objects = [(ref.kind, ref.name) for ref in scene.pods_by_workload]
    kinds = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Service", "Ingress", "Node", "PersistentVolumeClaim")
    return objects + [(kind.lower(), name_of(obj)) for kind in kinds for obj in scene.all(kind)]


def _is_meant(kind: str, name: str, question: Question) -> bool:
    wanted_kind, _, wanted = question.workload.lower().rpartition("/")
    return name == wanted and (not wanted_kind or kind.startswith(wanted_kind.removesuffix("s")[:6]))


def _matching(found: list[Case], question: Question) -> list[Case]:
    return [case for case in found if not question.workload or _is_meant(case.ref.kind, case.ref.name, question)]


def _findings(scene: Scene, ill: list[Case], question: Question, found: Found) -> list[tuple[Finding, datetime | None]]:
    usage = metrics_of(found.objects)
    told: list[tuple[Finding, datetime | None]] = []
    for case in ill:
        since = began(case)
        finding = judged(case)
        source, log = _log(case, finding)
        extra = replace(finding, use=use(case, usage), changes=changes(case, since), log=log, log_source=source)
        told.append((extra, since))
    others = (
        each for each in of_the_cluster(scene, question.namespace) if not question.workload or _names(each, question)
    )
    told += [(finding, finding.since) for finding in others]
    return sorted(told, key=lambda pair: (-pair[0].severity, pair[0].subject))


def _names(finding: Finding, question: Question) -> bool:
    """Of the subject itself, or a Service of the workload's name."""
    name = question.workload.lower().rpartition("/")[2]
    return finding.subject.name == name


def _log(case: Case, finding: Finding) -> tuple[str, tuple[str, ...]]:
    """The end of the most telling log, without the lines that are evidence already."""
    said = " ".join(finding.causes[0].evidence)
    for (pod, container, previous), lines in sorted(
        case.logs.items(), key=lambda each: (not telling(each[1]), each[0])
    ):
        kept = [line for line in last_lines(lines) if line not in said]
        if kept:
            return f"{pod} {container}{' (previous run)' * previous}", tuple(kept)
    return "", ()


def _report(
    scene: Scene,
    findings: list[tuple[Finding, datetime | None]],
    question: Question,
    cluster: str,
    found: Found,
    room: Room,
) -> TriageReport:
    told, rest = findings[:_MOST], findings[_MOST:]
    pods, workloads = len(scene.all("Pod")), len(scene.pods_by_workload)
    place = f"namespace {question.namespace} of {cluster}" if question.namespace else f"cluster {cluster}"
    where = f"{question.workload} in {place}" if question.workload else place
    return TriageReport(
        where=where,
        looked_at=f"{pods:,} pods of {workloads:,} workloads looked at",
        findings=tuple(_told(finding, since, scene.now) for finding, since in told),
        left_out=tuple(str(finding.subject) for finding, _ in rest),
        missing=tuple(
            f"{_SPOKEN.get(source, source)} ({why})"
            for source, why in found.missing.items()
            if source not in _OF_NO_USE
        ),
        room=room.content,
    )


def _told(finding: Finding, since: datetime | None, now: datetime) -> FindingReport:
    return FindingReport(
        kind=finding.subject.kind,
        namespace=finding.subject.namespace,
        name=finding.subject.name,
        state=finding.state,
        since=f"{human_duration((now - since).total_seconds())} ago" if since else "",
        causes=tuple(
            CauseReport(kind=each.kind, says=each.says, evidence=each.evidence, next=each.next)
            for each in finding.causes
        ),
        use=finding.use,
        log=finding.log,
        log_source=finding.log_source,
        changes=finding.changes,
    )
