"""Who changed what before a trouble began, by the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.objects import Ref, ago
from ack_mcp_server.services.audit.asked import AuditFilter
from ack_mcp_server.services.audit.entries import AuditEntry
from ack_mcp_server.services.audit.kinds import resource
from ack_mcp_server.services.audit.trail import entries
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.timerange import TimeRange
from ack_mcp_server.triage.changes import AFTER, BEFORE
from ack_mcp_server.triage.named import Named
from ack_mcp_server.triage.reading import within

SOURCE = "audit log"
_SUBJECTS = 8  # each is one query
_TOLD = 2  # entries of one subject
_ROWS = 200
_LOOKED_BACK = timedelta(days=7)  # for who deleted what is missing, and who changed what has no beginning
_EDITED = ("service", "ingress")  # of which nothing tells when they went wrong
_MACHINES = ("system:node:", "system:kube-", "system:apiserver", "system:serviceaccount:kube-system:")
# What people and pipelines change beside a workload itself, and it depends on.
_SHARED = frozenset(
    ("configmaps", "secrets", "resourcequotas", "limitranges", "networkpolicies", "persistentvolumeclaims", "services",
     "ingresses", "nodes", "storageclasses", "serviceaccounts")
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Whose trouble began when, and what is absent that should be there."""

    ref: Ref
    began: datetime | None
    absent: Ref | None = None

    @property
    def is_asked_for(self) -> bool:
        return bool(self.began or self.absent or self.ref.kind in _EDITED)


@dataclass(frozen=True)
class Trail:
    """Of one subject: the deletion of what is absent, or else what may have caused its trouble."""

    subject: Subject
    now: datetime
    entries: tuple[AuditEntry, ...]
    gone: AuditEntry | None = None

    def told(self, named: Named) -> tuple[str, ...]:
        if self.gone:
            return (_line(self.gone, self.now),)
        ref, near = self.subject.ref, self.subject.began or self.now
        telling = [entry for entry in self.entries if _is_telling(entry, ref, named)]
        telling.sort(key=lambda entry: (not _is_of(entry, ref), abs((near - entry.time).total_seconds())))
        return tuple(list(dict.fromkeys(_line(entry, self.now) for entry in telling))[:_TOLD])


@dataclass(frozen=True)
class Asker:
    """Whose audit log is read; `local` clusters have none that is known here."""

    reach: Reach
    cluster_id: str
    local: bool

    async def changes(
        self, subjects: Sequence[Subject], now: datetime, seconds: float, missing: dict[str, str]
    ) -> Mapping[Ref, Trail]:
        """By subject. That there is no audit log is told, and no failure."""
        found: dict[Ref, Trail] = {}
        asked = chosen(subjects)
        if self.local or not asked:
            return found

        async def read(subject: Subject) -> None:
            try:
                found[subject.ref] = await self._of(subject, now)
            except AckError as exc:
                missing[SOURCE] = f"{exc.code}: {exc.message}"

        await within([read(each) for each in asked], [SOURCE] * len(asked), seconds, missing)
        return found

    async def _of(self, subject: Subject, now: datetime) -> Trail:
        gone = await self._deletion(subject.absent, now) if subject.absent else None
        if gone:
            return Trail(subject, now, (), gone)
        if subject.began:
            return Trail(subject, now, await self._before(subject.ref, subject.began))
        return Trail(subject, now, await self._edits(subject.ref, now) if subject.ref.kind in _EDITED else ())

    async def _before(self, ref: Ref, began: datetime) -> tuple[AuditEntry, ...]:
        window = TimeRange(start=began - BEFORE, end=began + AFTER)
        spaces = (ref.namespace,) if ref.namespace else ()
        alone = () if spaces else (resource(ref.kind),)
        wanted = AuditFilter(namespaces=spaces, resources=alone, writes=True, denied=_denied(self.reach))
        return await entries(self.reach, self.cluster_id, wanted, window, limit=_ROWS)

    async def _deletion(self, absent: Ref, now: datetime) -> AuditEntry | None:
        """Of what is missing; None where it was never there, or longer ago than is looked back."""
        found = await self._by_name(absent, ("delete",), now)
        return next((entry for entry in found if _is_done(entry) and entry.name == absent.name), None)

    async def _edits(self, ref: Ref, now: datetime) -> tuple[AuditEntry, ...]:
        return tuple(each for each in await self._by_name(ref, ("update", "patch"), now) if _is_of(each, ref))

    async def _by_name(self, ref: Ref, verbs: tuple[str, ...], now: datetime) -> tuple[AuditEntry, ...]:
        spaces = (ref.namespace,) if ref.namespace else ()
        wanted = AuditFilter(
            namespaces=spaces, resources=(resource(ref.kind),), name=ref.name, verbs=verbs, denied=_denied(self.reach)
        )
        window = TimeRange(start=now - _LOOKED_BACK, end=now)
        return await entries(self.reach, self.cluster_id, wanted, window, limit=_ROWS)


def chosen(subjects: Sequence[Subject]) -> list[Subject]:
    """Those whose answer is certain, then the gravest."""
    asked = sorted((each for each in subjects if each.is_asked_for), key=lambda each: each.absent is None)
    return asked[:_SUBJECTS]


def bounded(subjects: Sequence[Subject], narrower: str) -> str:
    """What is said where not all were asked for."""
    if sum(each.is_asked_for for each in subjects) <= _SUBJECTS:
        return ""
    return f"the audit log was asked for {_SUBJECTS} of the gravest only; triage of {narrower} tells of the others"


def _denied(reach: Reach) -> tuple[str, ...]:
    return tuple(resource(kind) for kind in reach.settings.deny_kinds)


def _line(entry: AuditEntry, now: datetime) -> str:
    return f"{_who(entry)} {entry.verb} {entry.object} {ago(entry.time, now)}"


def _is_telling(entry: AuditEntry, ref: Ref, named: Named) -> bool:
    by_machine = entry.user.startswith(_MACHINES)
    concerns = _is_of(entry, ref) or (entry.resource in _SHARED and named.may_matter(entry.resource, entry.name))
    return not by_machine and _is_done(entry) and concerns and entry.subresource != "status"


def _is_done(entry: AuditEntry) -> bool:
    return entry.code < 400 and not entry.is_dry_run


def _is_of(entry: AuditEntry, ref: Ref) -> bool:
    return entry.name == ref.name and entry.resource == resource(ref.kind)


def _who(entry: AuditEntry) -> str:
    agent = entry.agent.partition("/")[0]
    return f"{entry.user}{f' ({agent})' * bool(agent)}"
