"""Queries of the audit log: for a reader as a table, for programs as entries."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.table import table
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.audit import kinds
from ack_mcp_server.services.audit.asked import AuditFilter
from ack_mcp_server.services.audit.details import Bodies, bodies
from ack_mcp_server.services.audit.entries import AuditEntry, entry_of
from ack_mcp_server.services.audit.project import audit_logstore
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls.fitting import rows_that_fit, texts_that_fit
from ack_mcp_server.services.sls.found import Found, find
from ack_mcp_server.services.sls.logs import LogPage, rows_of
from ack_mcp_server.services.sls.moments import short
from ack_mcp_server.services.sls.place import Place
from ack_mcp_server.services.sls.wire import Query, Window
from ack_mcp_server.timerange import TimeRange, rfc3339

HEADERS = ("TIME", "USER", "VERB", "NAMESPACE", "OBJECT", "CODE", "SOURCE")
_HOW = "narrow it by namespace, verbs, resource_types, user or time"
_AGENT = 40  # characters


@dataclass(frozen=True)
class Entries:
    """Newest first. They are not `whole` where there are older ones, or Log Service did not look at all."""

    found: tuple[AuditEntry, ...]
    whole: bool = True


class ShownEntry(Answer):
    time: str
    user: str
    verb: str
    namespace: str = ""
    object: str = ""
    code: str = ""
    source: str = ""
    bodies: Bodies = Field((), description="(said, request or response; its text), redacted.")


class AuditAnswer(Answer):
    headline: str
    entries: tuple[ShownEntry, ...]
    notes: tuple[str, ...] = ()
    total: int | None = Field(None, description="Entries that match in the time range; null where it is not known.")
    next: str = Field("", description="What `continue` takes for more.")
    times: tuple[str, ...] = Field((), exclude=True)  # as the table has them

    def text(self) -> str:
        source = "audit log" if self.entries else ""
        return composed(self._rows(), source=source, above=(self.headline,), below=self.notes)

    def _rows(self) -> str:
        lines = [_cells(entry, time) for entry, time in zip(self.entries, self.times, strict=True)]
        if not lines or not any(entry.bodies for entry in self.entries):
            return table(HEADERS, lines) if lines else ""
        head, *rows = table(HEADERS, lines).split("\n")
        return "\n".join([head, *(_with_bodies(row, each) for row, each in zip(rows, self.entries, strict=True))])


async def query_audit_log(
    reach: Reach,
    cluster_id: str,
    wanted: AuditFilter,
    *,
    start: str,
    end: str,
    limit: int,
    details: bool,
    now: datetime,
    token: str = "",
) -> AuditAnswer:
    """Newest first. Raises AckError; NotEnabled where the cluster keeps no audit log."""
    cluster = await reach.cluster(cluster_id)
    text = str(wanted.search())
    settings = reach.settings
    call = ("audit", cluster.id, text, start, end, str(details), str(limit))
    room = Room.of(0, token, budget=settings.output_budget, ceiling=settings.output_ceiling, call=call)
    place = Place.of(room, start, end, now)
    deadline = reach.account.edge.deadline()
    where = await audit_logstore(reach, cluster, deadline)
    query = Query(where=where, text=text, window=place.window, limit=limit, offset=place.offset)
    found = await find(reach, query, deadline)
    return await asyncio.to_thread(_answer, found, wanted, room, place, details)


async def entries(
    reach: Reach,
    cluster_id: str,
    wanted: AuditFilter,
    time_range: TimeRange,
    *,
    limit: int = 100,
    deadline: float | None = None,
) -> Entries:
    """For programs; their bodies are as they were logged, secrets too. Raises AckError."""
    until = reach.account.edge.deadline() if deadline is None else deadline
    cluster = await reach.cluster(cluster_id)
    where = await audit_logstore(reach, cluster, until)
    text = str(wanted.search())
    query = Query(where=where, text=text, window=Window.of(time_range), limit=limit)
    page = await rows_of(reach, query, until)
    return Entries(_entries(page, wanted), whole=not (page.more or page.partial))


def _entries(page: LogPage, wanted: AuditFilter) -> tuple[AuditEntry, ...]:
    """SLS orders rows by the minute."""
    found = [entry for entry in map(entry_of, page.rows) if wanted.allows(entry)]
    return tuple(sorted(found, key=lambda entry: entry.time, reverse=True))


def _answer(found: Found, wanted: AuditFilter, room: Room, place: Place, details: bool) -> AuditAnswer:
    every = [_shown(entry, details) for entry in _entries(found.page, wanted)][place.skip :]
    times = [short(datetime.fromisoformat(entry.time), place.window) for entry in every]
    fitting = _fitting(every, times, room)
    next_token = place.after(room, found.page, shown=fitting, whole=fitting == len(every))
    return AuditAnswer(
        headline=found.headline(fitting, "audit entries"),
        entries=tuple(every[:fitting]),
        times=tuple(times[:fitting]),
        notes=(*_near_misses(found, wanted), *found.notes(), *_going_on(next_token)),
        total=found.total,
        next=next_token,
    )


def _fitting(every: list[ShownEntry], times: list[str], room: Room) -> int:
    rows = [_cells(entry, time) for entry, time in zip(every, times, strict=True)]
    fitting = rows_that_fit(HEADERS, rows, room)
    spent = [_with_bodies(" ".join(map(str, row)), entry) for row, entry in zip(rows, every, strict=True)]
    return min(fitting, texts_that_fit(spent, room))


def _shown(entry: AuditEntry, details: bool) -> ShownEntry:
    agent = entry.agent.split(" ")[0][:_AGENT]
    reason = f" {entry.reason}" if entry.code >= 400 and entry.reason else ""
    return ShownEntry(
        time=rfc3339(entry.time),
        user=entry.user + f" as {entry.impersonated}" * bool(entry.impersonated),
        verb=f"{entry.verb}{' (dry run)' * entry.is_dry_run}",
        namespace=entry.namespace,
        object=redact_text(entry.object),
        code=f"{entry.code or ''}{reason}",
        source=f"{entry.source_ip} {agent}".strip(),
        bodies=bodies(entry) if details else (),
    )


def _cells(entry: ShownEntry, time: str) -> tuple[Any, ...]:
    return (time, entry.user, entry.verb, entry.namespace, entry.object, entry.code, entry.source)


def _with_bodies(row: str, entry: ShownEntry) -> str:
    return "\n".join([row, *(f"  {what}: {body}" for what, body in entry.bodies)])


def _near_misses(found: Found, wanted: AuditFilter) -> tuple[str, ...]:
    """What may have been meant, where nothing was found."""
    if found.page.rows:
        return ()
    near = [(word, kinds.like(word)) for word, _, _ in (each.partition("/") for each in wanted.resources)]
    words = (f"no kind is known as {word}; did you mean {like}?" for word, like in near if like)
    return (
        *words,
        *_not_subresources(wanted),
        *_by_whole_words(wanted.user, "user"),
        *_by_whole_words(wanted.name, "resource_name"),
    )


def _not_subresources(wanted: AuditFilter) -> Iterator[str]:
    for name in (each.partition("/")[2] for each in wanted.resources):
        if name and not kinds.is_subresource(name):
            yield f"no subresource is known as {name}; the name of an object goes into resource_name"


def _by_whole_words(value: str, name: str) -> tuple[str, ...]:
    return (f'{name} is found by whole words; {name}="{value}*" by how they begin',) * (value.isalnum())


def _going_on(token: str) -> tuple[str, ...]:
    return (f'older ones: the same call with continue="{token}", or {_HOW}',) if token else ()
