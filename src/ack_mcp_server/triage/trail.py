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
from ack_mcp_server.triage.reading import within

SOURCE = "audit log"
_SUBJECTS = 6  # the gravest; each is one query
_TOLD = 2  # entries of one subject
_ROWS = 200
_LOOKED_BACK = timedelta(days=7)  # for who deleted what is missing
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


@dataclass(frozen=True)
class Asker:
    """Whose audit log is read; `local` clusters have none that is known here."""

    reach: Reach
    cluster_id: str
    local: bool

    async def changes(
        self, subjects: Sequence[Subject], now: datetime, seconds: float, missing: dict[str, str]
    ) -> Mapping[Ref, tuple[str, ...]]:
        """By subject. That there is no audit log is told, and no failure."""
        found: dict[Ref, tuple[str, ...]] = {}
        asked = [each for each in subjects if each.began or each.absent][:_SUBJECTS]
        if self.local or not asked:
            return found

        async def read(subject: Subject) -> None:
            try:
                found[subject.ref] = await self._of(subject, now)
            except AckError as exc:
                missing[SOURCE] = f"{exc.code}: {exc.message}"

        await within([read(each) for each in asked], [SOURCE] * len(asked), seconds, missing)
        return found

    async def _of(self, subject: Subject, now: datetime) -> tuple[str, ...]:
        gone = await self._deletions(subject.absent, now) if subject.absent else ()
        if gone or subject.began is None:
            return gone
        return await self._before(subject.ref, subject.began, now)

    async def _before(self, ref: Ref, began: datetime, now: datetime) -> tuple[str, ...]:
        window = TimeRange(start=began - BEFORE, end=began + AFTER)
        spaces = (ref.namespace,) if ref.namespace else ()
        alone = () if spaces else (resource(ref.kind),)
        wanted = AuditFilter(namespaces=spaces, resources=alone, writes=True, denied=_denied(self.reach))
        found = await entries(self.reach, self.cluster_id, wanted, window, limit=_ROWS)
        return _told(ref, began, now, found)

    async def _deletions(self, absent: Ref, now: datetime) -> tuple[str, ...]:
        """Of what is missing; nothing where it was never there, or longer ago than is looked back."""
        spaces = (absent.namespace,) if absent.namespace else ()
        kinds = (resource(absent.kind),)
        wanted = AuditFilter(
            namespaces=spaces, resources=kinds, name=absent.name, verbs=("delete",), denied=_denied(self.reach)
        )
        found = await entries(
            self.reach, self.cluster_id, wanted, TimeRange(start=now - _LOOKED_BACK, end=now), limit=5
        )
        return tuple(_line(entry, now) for entry in found if entry.code < 400 and entry.name == absent.name)[:1]


def _denied(reach: Reach) -> tuple[str, ...]:
    return tuple(resource(kind) for kind in reach.settings.deny_kinds)


def _told(ref: Ref, began: datetime, now: datetime, found: Sequence[AuditEntry]) -> tuple[str, ...]:
    telling = [entry for entry in found if _is_telling(entry, ref)]
    telling.sort(key=lambda entry: (not _is_of(entry, ref), abs((began - entry.time).total_seconds())))
    return tuple(list(dict.fromkeys(_line(entry, now) for entry in telling))[:_TOLD])


def _line(entry: AuditEntry, now: datetime) -> str:
    return f"{_who(entry)} {entry.verb} {entry.object} {ago(entry.time, now)}"


def _is_telling(entry: AuditEntry, ref: Ref) -> bool:
    by_machine = entry.user.startswith(_MACHINES)
    concerns = entry.resource in _SHARED or _is_of(entry, ref)
    return not by_machine and entry.code < 400 and concerns and entry.subresource != "status"


def _is_of(entry: AuditEntry, ref: Ref) -> bool:
    return entry.name == ref.name and entry.resource == resource(ref.kind)


def _who(entry: AuditEntry) -> str:
    agent = entry.agent.partition("/")[0]
    return f"{entry.user}{f' ({agent})' * bool(agent)}"
