"""Who changed what before a trouble began, by the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.objects import Ref, ago
from ack_mcp_server.services.audit.asked import AuditFilter
from ack_mcp_server.services.audit.entries import AuditEntry
from ack_mcp_server.services.audit.kinds import is_among, plurals, resource
from ack_mcp_server.services.audit.trail import Entries, entries
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
_EDITED = ("service", "ingress", "deployment", "statefulset")  # some of whose troubles have no beginning
_MACHINES = ("system:node:", "system:kube-", "system:apiserver", "system:serviceaccount:kube-system:")
# What people and pipelines change in a namespace beside a workload itself, and it depends on.
_SHARED = (
    "configmaps", "secrets", "resourcequotas", "limitranges", "networkpolicies", "persistentvolumeclaims", "services",
    "ingresses", "serviceaccounts",
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
    """Of one subject: the deletion of what is absent, or else what may have caused its trouble. It is not `whole`
    where the audit log holds more than came."""

    subject: Subject
    now: datetime
    entries: tuple[AuditEntry, ...]
    gone: AuditEntry | None = None
    whole: bool = True

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
        if cut := ", ".join(str(ref) for ref, trail in found.items() if not trail.whole):
            missing.setdefault(SOURCE, f"only the newest of many entries about {cut}")
        return found

    async def _of(self, subject: Subject, now: datetime) -> Trail:
        if not subject.absent:
            return await self._changes(subject, now)
        deletions = await self._by_name(subject.absent, ("delete",), now)
        if gone := next((each for each in deletions.found if _is_done(each) and _is_of(each, subject.absent)), None):
            return Trail(subject, now, (), gone)
        changed = await self._changes(subject, now)  # it was never there, or longer ago than is looked back
        return replace(changed, whole=changed.whole and deletions.whole)

    async def _changes(self, subject: Subject, now: datetime) -> Trail:
        if subject.began:
            came = await self._before(subject.ref, subject.began)
            return Trail(subject, now, came.found, whole=came.whole)
        if subject.ref.kind not in _EDITED:
            return Trail(subject, now, ())
        came = await self._by_name(subject.ref, ("update", "patch"), now)
        return Trail(subject, now, tuple(each for each in came.found if _is_of(each, subject.ref)), whole=came.whole)

    async def _before(self, ref: Ref, began: datetime) -> Entries:
        """Of itself and of what it may depend on: leases alone would fill any answer."""
        wanted = self._filter(ref, besides=_SHARED if ref.namespace else (), writes=True)
        return await self._entries(wanted, TimeRange(start=began - BEFORE, end=began + AFTER))

    async def _by_name(self, ref: Ref, verbs: tuple[str, ...], now: datetime) -> Entries:
        return await self._entries(self._filter(ref, verbs=verbs), TimeRange(start=now - _LOOKED_BACK, end=now))

    def _filter(self, ref: Ref, **asked: Any) -> AuditFilter:
        spaces = (ref.namespace,) if ref.namespace else ()
        denied = tuple(map(resource, self.reach.settings.deny_kinds))
        return AuditFilter(namespaces=spaces, resources=plurals(ref.kind), name=ref.name, denied=denied, **asked)

    async def _entries(self, wanted: AuditFilter, window: TimeRange) -> Entries:
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


def _line(entry: AuditEntry, now: datetime) -> str:
    return f"{_who(entry)} {entry.verb} {entry.object} {ago(entry.time, now)}"


def _is_telling(entry: AuditEntry, ref: Ref, named: Named) -> bool:
    by_machine = entry.user.startswith(_MACHINES)
    concerns = _is_of(entry, ref) or (entry.resource in _SHARED and named.may_matter(entry.resource, entry.name))
    return not by_machine and _is_done(entry) and concerns and entry.subresource != "status"


def _is_done(entry: AuditEntry) -> bool:
    return entry.code < 400 and not entry.is_dry_run


def _is_of(entry: AuditEntry, ref: Ref) -> bool:
    return entry.name == ref.name and is_among(entry.resource, (ref.kind,))


def _who(entry: AuditEntry) -> str:
    agent = entry.agent.partition("/")[0]
    return f"{entry.user}{f' ({agent})' * bool(agent)}"
