"""What a reader needs before a query: the logstores of a cluster; of one, its fields, how long it keeps rows, how new
they are, what one looks like, and queries that run."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.table import table
from ack_mcp_server.errors import AckError, NotFound
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls.logs import rows_of
from ack_mcp_server.services.sls.logstore_index import Index, IndexedField, index_of
from ack_mcp_server.services.sls.logstore_list import about, attributes_of, names_in, with_others
from ack_mcp_server.services.sls.moments import row_time, span
from ack_mcp_server.services.sls.names import EVENTS, Logstore
from ack_mcp_server.services.sls.sql_guard import guarded, is_audit
from ack_mcp_server.services.sls.sql_rows import Grid, grid
from ack_mcp_server.services.sls.sql_target import is_within, target
from ack_mcp_server.services.sls.sql_text import search_part
from ack_mcp_server.services.sls.wire import Query, Row, Window
from ack_mcp_server.timerange import rfc3339

_LOOKED_BACK_S = 7 * 86400
_LONGEST_CELL = 120
_LONGEST_ROW = 6000  # bytes
_MOST_FIELDS = 200
# What is worth counting by, where a logstore has it.
_TELLING = ("verb", "eventId.reason", "level", "status", "method", "namespace")


class LogstoreAnswer(Answer):
    headline: str
    facts: tuple[tuple[str, str], ...] = Field((), description="Logstores and what they hold, or fields and types.")
    example: str = Field("", description="One row, redacted.")
    queries: tuple[str, ...] = Field((), description="Queries of sls_execute_sql_query that run.")
    notes: tuple[str, ...] = ()
    printed: str = Field("", exclude=True)

    def text(self) -> str:
        return composed(self.printed, source="SLS logstore", above=(self.headline,), below=self.notes)


@dataclass(frozen=True)
class _Parts:
    """What several requests said of one logstore; a newest row only where one could be read."""

    index: Index | None
    kept_days: int | None
    newest: Row | None
    note: str = ""


async def describe(reach: Reach, cluster_id: str, project: str, logstore: str, *, now: datetime) -> LogstoreAnswer:
    """Without a logstore the list of them. Raises AckError."""
    deadline = reach.account.edge.deadline()
    found = await target(reach, cluster_id, project, logstore, deadline)
    if not logstore:
        return _listed(found.where, await names_in(reach, found.where, deadline), reach)
    guarded(found.where, reach.settings, search_part("*"))  # whether it may be looked at at all
    try:
        parts = await _parts(reach, found.where, now, deadline)
    except NotFound as exc:
        raise await with_others(reach, found.where, exc, deadline) from exc
    return await asyncio.to_thread(_described, found.where, parts, now)


async def _parts(reach: Reach, where: Logstore, now: datetime, deadline: float) -> _Parts:
    index, attributes, (newest, note) = await asyncio.gather(
        index_of(reach, where, deadline),
        attributes_of(reach, where, deadline),
        newest_row(reach, where, now, deadline),
    )
    return _Parts(index, attributes.ttl, newest, note)


async def newest_row(reach: Reach, where: Logstore, now: datetime, deadline: float) -> tuple[Row | None, str]:
    """Of the last days, and why there is none."""
    until = int(now.timestamp()) + 1
    text = guarded(where, reach.settings, search_part("*")).text
    query = Query(where=where, text=text, window=Window(since=until - _LOOKED_BACK_S, until=until), limit=1)
    try:
        page = await rows_of(reach, query, deadline)
    except AckError as exc:
        return None, f"no row could be read: {exc.message}"
    return (page.rows[0], "") if page.rows else (None, f"no rows in the last {span(_LOOKED_BACK_S)}")


def _listed(where: Logstore, names: tuple[str, ...], reach: Reach) -> LogstoreAnswer:
    settings = reach.settings
    held = bool(settings.namespaces or settings.deny_kinds)
    shown = [name for name in names if is_within(name, settings.clusters)]
    shown = [name for name in shown if not held or name == EVENTS or name.startswith("audit")]
    rows = tuple((one_line(name, 80), about(name)) for name in sorted(shown))
    return LogstoreAnswer(
        headline=f"{len(rows)} logstores in project {where.project}",
        facts=rows,
        notes=("name one as logstore for its fields and queries",),
        printed=table(("LOGSTORE", "HOLDS"), rows) if rows else "",
    )


def _described(where: Logstore, parts: _Parts, now: datetime) -> LogstoreAnswer:
    index = parts.index or Index()
    cells = grid([parts.newest], (), _LONGEST_CELL).within(_LONGEST_ROW) if parts.newest else Grid((), ())
    example = "\n".join(
        f"  {name}: {cell}" for row in cells.rows for name, cell in zip(cells.headers, row, strict=True) if cell
    )
    queries = tuple(example_queries(index)) if parts.index else ()
    fields = tuple((one_line(field.name, 120), _type(field)) for field in index.fields)
    sections = [
        ("fields:", "\n".join(f"  {line}" for line in _grouped(fields))),
        ("newest row:", example),
        ("queries that run:", "\n".join(f"  {query}" for query in queries)),
    ]
    return LogstoreAnswer(
        headline=_headline(where, parts, now),
        facts=fields,
        example=example,
        queries=queries,
        notes=tuple(note for note in (parts.note, *_notes(where, parts)) if note),
        printed="\n".join(f"{title}\n{body}" for title, body in sections if body),
    )


def _headline(where: Logstore, parts: _Parts, now: datetime) -> str:
    kept = f", rows kept {parts.kept_days} days" if parts.kept_days else ""
    newest = row_time(parts.newest) if parts.newest else None
    age = f", newest row {rfc3339(newest)} ({span((now - newest).total_seconds())} ago)" if newest else ""
    what = about(where.name)
    return f"logstore {where.told}{f': {what}' if what else ''}{kept}{age}"


def _notes(where: Logstore, parts: _Parts) -> Iterator[str]:
    if parts.index is None:
        yield "it has no index, so it can be neither searched nor analysed: create one in the SLS console"
        return
    if not parts.index.full_text:
        yield "words are found in named fields only (field: word)"
    if any(not field.in_sql for field in parts.index.fields):
        yield "fields marked search only cannot be used in SQL"
    if is_audit(where):
        yield "SQL may show requestObject and responseObject whole, redacted, and not compute with them"


def _type(field: IndexedField) -> str:
    return field.type + ("" if field.in_sql else ", search only")


def _grouped(fields: tuple[tuple[str, str], ...]) -> list[str]:
    """One line for each type, because names are what is read."""
    types = dict.fromkeys(type_ for _, type_ in fields[:_MOST_FIELDS])
    lines = [f"{type_}: {', '.join(name for name, each in fields[:_MOST_FIELDS] if each == type_)}" for type_ in types]
    more = len(fields) - _MOST_FIELDS
    return [*lines, *([f"and {more} more"] if more > 0 else [])]


def example_queries(index: Index) -> Iterator[str]:
    """Of fields that the index has, so that they run."""
    usable = {field.name: field for field in index.usable}
    yield "* | select date_trunc('hour', __time__) as t, count(*) as n from log group by t order by t"
    field = next((name for name in (*_TELLING, *usable) if name in usable), None)
    if field is not None:
        name = quoted(field)
        yield f"* | select {name}, count(*) as n from log group by {name} order by n desc limit 10"  # noqa: S608  of names of the index, to be shown
    number = next((field for field in index.usable if field.is_number), None)
    if number is not None:
        name = quoted(number.name)
        yield f"* | select approx_percentile({name}, 0.99) as p99, max({name}) as most from log"  # noqa: S608
    elif field is not None:
        yield f"* | select approx_distinct({quoted(field)}) as n from log"  # noqa: S608


def quoted(name: str) -> str:
    """A field as SQL takes it."""
    return name if name.isidentifier() and name.isascii() else '"' + name.replace('"', '""') + '"'
