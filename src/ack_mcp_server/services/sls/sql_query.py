"""Queries of a logstore: a search, or SQL over what a search finds; looked at before they are sent."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import AckError, InvalidInput, NotFound
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls.fitting import SAID
from ack_mcp_server.services.sls.found import Found, find
from ack_mcp_server.services.sls.logs import LogPage, counts, rows_of
from ack_mcp_server.services.sls.logstore_index import index_or_none
from ack_mcp_server.services.sls.logstore_list import with_others
from ack_mcp_server.services.sls.moments import told
from ack_mcp_server.services.sls.place import Place
from ack_mcp_server.services.sls.sql_advice import advice
from ack_mcp_server.services.sls.sql_clock import clock
from ack_mcp_server.services.sls.sql_findings import findings
from ack_mcp_server.services.sls.sql_guard import guarded
from ack_mcp_server.services.sls.sql_rows import Grid, grid
from ack_mcp_server.services.sls.sql_statement import Statement, statement
from ack_mcp_server.services.sls.sql_target import target
from ack_mcp_server.services.sls.sql_text import SearchPart, search_part, written
from ack_mcp_server.services.sls.wire import Query
from ack_mcp_server.settings import Settings

_LONGEST_FIELD = 300  # characters of a field of a whole row, which has many
_FOR_ELSEWHERE_S = 3.0
_ZERO = ("0", "0.0", "null", "")
_HOW = "narrow it by the search, the time or LIMIT"


class SqlAnswer(Answer):
    headline: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = Field(description="Cells as text, in the order of `columns`, redacted.")
    notes: tuple[str, ...] = ()
    next: str = Field("", description="What `continue` takes for more.")
    printed: str = Field("", exclude=True)

    def text(self) -> str:
        source = "SLS rows" if self.rows else ""
        return composed(self.printed, source=source, above=(self.headline,), below=self.notes)


@dataclass(frozen=True)
class Prepared:
    """A query as it may be sent. `search` is the part before the pipe alone."""

    query: Query
    part: SearchPart
    search: str
    sql: Statement | None = None
    notes: tuple[str, ...] = ()


def prepared(text: str, query: Query, settings: Settings) -> Prepared:
    """`query` says where and when. Takes time. Raises InvalidInput for what is certainly wrong, NotEnabled."""
    asked = written(text)
    part = search_part(asked.search)
    sql = statement(asked.sql) if asked.sql else None
    guard = guarded(query.where, settings, part, sql)
    if sql is None:
        return Prepared(replace(query, text=guard.text), part, guard.text, notes=guard.notes)
    added = not (sql.is_limited or sql.is_one_row)
    sent = f"{guard.text} | {sql.limited(query.limit) if added else sql.text}"
    notes = [
        *guard.notes,
        *(["a search and a pipe belong before SQL; `* |` was added"] if asked.bare else []),
        *([f"LIMIT {query.limit} was added"] if added else []),
        *advice(asked.sql, sql.tree),
    ]
    return Prepared(replace(query, text=sent, is_sql=True), part, guard.text, sql, tuple(notes))


async def execute(
    reach: Reach,
    query: str,
    *,
    cluster_id: str,
    project: str,
    logstore: str,
    start: str,
    end: str,
    limit: int,
    now: datetime,
    token: str = "",
) -> SqlAnswer:
    """Raises AckError; InvalidInput says what is wrong with the query by its logstore's index."""
    settings, deadline = reach.settings, reach.account.edge.deadline()
    found = await target(reach, cluster_id, project, logstore, deadline)
    call = ("sql", str(found.where), query, start, end, str(limit))
    room = Room.of(0, token, budget=settings.output_budget, ceiling=settings.output_ceiling, call=call)
    place = Place.of(room, start, end, now)
    asked = Query(where=found.where, text="", window=place.window, limit=limit, offset=place.offset)
    ready = await asyncio.to_thread(prepared, query, asked, settings)
    try:
        if ready.sql is None:
            return await asyncio.to_thread(_searched, await find(reach, ready.query, deadline), ready, room, place)
        page = await rows_of(reach, ready.query, deadline)
    except InvalidInput as exc:
        raise await _explained(reach, ready, exc, deadline) from exc
    except NotFound as exc:
        raise await with_others(reach, ready.query.where, exc, deadline) from exc
    before = await _before_the_pipe(reach, ready, deadline) if _is_nothing(page) else ""
    return await asyncio.to_thread(_analysed, page, ready, room, place, before)


def _searched(found: Found, ready: Prepared, room: Room, place: Place) -> SqlAnswer:
    cells = grid(found.page.rows, (), _LONGEST_FIELD).after(place.skip).within(room.content - SAID)
    number = cells.fitting(room)
    return _answer(
        found.headline(number, "row" if found.total == 1 else "rows"),
        cells,
        found.page,
        number,
        (*ready.notes, *found.notes()),
        room,
        place,
    )


def _analysed(page: LogPage, ready: Prepared, room: Room, place: Place, before: str) -> SqlAnswer:
    cells = grid(page.rows, page.keys or tuple(dict.fromkeys(name for row in page.rows for name in row)))
    total, cells = len(cells.rows), cells.after(place.skip).within(room.content - SAID)
    number = cells.fitting(room)
    counted = f"{number:,} of {total:,}" if number < total else f"{number:,}"
    rows = "row" if total == 1 else "rows"
    headline = f"{counted if total else 'no'} {rows} of {ready.query.where.told}, {told(place.window)}"
    partial = "SLS had not looked at every row when the time was up: counts may be too low" if page.partial else ""
    notes = tuple(note for note in (*ready.notes, before, partial, clock(ready.query.text, cells)) if note)
    return _answer(headline, cells, page, number, notes, room, place)


def _answer(
    headline: str, cells: Grid, page: LogPage, number: int, notes: tuple[str, ...], room: Room, place: Place
) -> SqlAnswer:
    shown = cells.first(number)
    token = place.after(room, page, shown=number, whole=number == len(cells.rows))
    hidden = (f"{cells.hidden:,} more columns: name those that matter in SELECT",) if cells.hidden else ()
    going_on = (f'more: the same call with continue="{token}", or {_HOW}',) if token else ()
    return SqlAnswer(
        headline=headline,
        columns=shown.headers,
        rows=shown.rows,
        notes=(*notes, *hidden, *going_on),
        next=token,
        printed=shown.printed(),
    )


async def _before_the_pipe(reach: Reach, ready: Prepared, deadline: float) -> str:
    """Whether it was the search or the SQL that left nothing."""
    histogram = await counts(reach, replace(ready.query, text=ready.search), deadline)
    if histogram is None:
        return ""
    told = f"the search before the pipe finds {histogram.total:,} rows in this time"
    if histogram.total:
        return told
    searched = replace(ready.query, text=ready.search, is_sql=False, limit=1, offset=0)
    with suppress(AckError):  # an aid, not the answer
        found = await find(reach, searched, min(deadline, time.monotonic() + _FOR_ELSEWHERE_S))
        return f"{told}; {found.elsewhere}" if found.elsewhere else told
    return told


def _is_nothing(page: LogPage) -> bool:
    """No row, or one that counts nothing."""
    return not page.rows or (len(page.rows) == 1 and all(str(value) in _ZERO for value in page.rows[0].values()))


async def _explained(reach: Reach, ready: Prepared, exc: InvalidInput, deadline: float) -> InvalidInput:
    index = await index_or_none(reach, ready.query.where, deadline)
    tree = ready.sql.tree if ready.sql else None
    found = await asyncio.to_thread(findings, ready.part, tree, index, exc.message)
    said = "; ".join(each.says for each in found)
    return InvalidInput(exc.message, next_step=f"{said}." if said else exc.next_step)
