"""What the asking model needs to write a query: fields that its words name, values that they have, queries that are
close, and the rules. The query of SLS's own AI stands beside them where the operator lets it be asked."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.errors import AckError, InvalidInput, NotFound
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls import ai_tools
from ack_mcp_server.services.sls.logs import rows_of
from ack_mcp_server.services.sls.logstore_index import Index, IndexedField, index_of
from ack_mcp_server.services.sls.said_time import said_time
from ack_mcp_server.services.sls.sql_bodies import is_body
from ack_mcp_server.services.sls.sql_candidates import candidates, most_frequent, understood
from ack_mcp_server.services.sls.sql_findings import findings
from ack_mcp_server.services.sls.sql_guard import guarded
from ack_mcp_server.services.sls.sql_query import prepared
from ack_mcp_server.services.sls.sql_rows import grid
from ack_mcp_server.services.sls.sql_target import Target, target
from ack_mcp_server.services.sls.sql_text import search_part
from ack_mcp_server.services.sls.wire import Query, Window

LONGEST = 1000  # characters of a question
_SAMPLE = 300  # rows
_SAMPLED_S = 86400
_VALUES = 20  # of a field that are looked at
_SHOWN_VALUES = 4
_FIELDS = 12  # shown
RULES = (
    "A query is `search | SQL`; `*` finds everything. The time is start_time and end_time, not part of the query.",
    'Search: field: "value", field: prefix*, number >= 400, and, or, not. Only indexed fields; a value is quoted by ".',
    "SQL is Presto's: table log, texts between ', fields with dots between \", LIMIT 100 unless said otherwise.",
    "__time__ is Unix seconds: date_trunc('minute', __time__); from_unixtime shows UTC+8.",
    "Text is compared as text: try_cast(x as bigint) before < or >; JSON by json_extract_scalar(x, '$.a.b').",
)


class Translation(Answer):
    headline: str
    fields: tuple[tuple[str, str, tuple[str, ...]], ...] = Field((), description="(field, type, values of a sample)")
    queries: tuple[str, ...] = Field((), description="Checked, the closest first.")
    arguments: dict[str, str] = Field(default={}, description="Of the call that runs them, beside query.")
    by_ai: str = Field("", description="The query of SLS's own AI, checked.")
    rules: tuple[str, ...] = RULES
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        fields = [
            f"  {name} ({type_})" + f": {', '.join(values)}" * bool(values) for name, type_, values in self.fields
        ]
        parts = [
            *(["fields, with values of a sample:", *fields] if fields else []),
            f"queries for sls_execute_sql_query({self._call()}), the closest first:",
            *(f"  {query}" for query in self.queries),
            *(["by SLS's AI:", f"  {self.by_ai}"] if self.by_ai else []),
            "rules:",
            *(f"  {rule}" for rule in self.rules),
        ]
        return composed("\n".join(parts), source="SLS index", above=(self.headline,), below=self.notes)

    def _call(self) -> str:
        return ", ".join(["query=…", *(f'{name}="{value}"' for name, value in self.arguments.items())])


async def translate(reach: Reach, text: str, cluster_id: str, logstore: str, *, now: datetime) -> Translation:
    """Raises AckError."""
    question = one_line(text)
    if not question or len(question) > LONGEST:
        raise InvalidInput(f"the text has {len(question)} characters", next_step=f"Give 1 to {LONGEST} characters.")
    deadline = reach.account.edge.deadline()
    found = await target(reach, cluster_id, "", logstore, deadline)
    guarded(found.where, reach.settings, search_part("*"))  # whether it may be looked at at all
    index, values = await asyncio.gather(index_of(reach, found.where, deadline), _sampled(reach, found, now, deadline))
    if index is None:
        raise NotFound(f"logstore {found.where} has no index", next_step="Have one created in the SLS console.")
    by_ai, note = await _by_ai(reach, found, question, now, index)
    translated = await asyncio.to_thread(_translated, reach, found, question, index, values)
    since = said_time(question)
    notes = (note, "" if since else "the words tell no time: start_time is 1h unless given")
    given = {"cluster_id": cluster_id, "logstore": logstore, "start_time": since}
    arguments = {name: value for name, value in given.items() if value}
    return translated.model_copy(
        update={"arguments": arguments, "by_ai": by_ai, "notes": tuple(each for each in notes if each)}
    )


def _translated(
    reach: Reach, found: Target, question: str, index: Index, rows: Sequence[dict[str, str]]
) -> Translation:
    values = most_frequent(rows, _plain(index), _VALUES)
    meant = understood(question, index, values)
    fields = list(dict.fromkeys([*(field for field, _ in meant.given), *meant.named])) or list(_plain(index))
    queries = [query for query in candidates(question, index, values) if not _faults(reach, found, query, index)]
    return Translation(
        headline=f"logstore {found.where.told}: {one_line(question, 200)}",
        fields=tuple((field.name, field.type, tuple(_short(values.get(field.name, ())))) for field in fields[:_FIELDS]),
        queries=tuple(dict.fromkeys(queries)),
    )


def _plain(index: Index) -> tuple[IndexedField, ...]:
    return tuple(field for field in index.usable if not is_body(field.name))


def _short(values: Sequence[str]) -> list[str]:
    return [value for value in values if len(value) <= 60][:_SHOWN_VALUES]


def _faults(reach: Reach, found: Target, query: str, index: Index) -> str:
    """Empty for a query that would be sent as it is."""
    asked = Query(where=found.where, text="", window=Window(since=0, until=1))
    try:
        ready = prepared(query, asked, reach.settings)
    except AckError as exc:
        return exc.message
    wrong = findings(ready.part, ready.sql.tree if ready.sql else None, index, "")
    return "; ".join(each.says for each in wrong)


async def _sampled(reach: Reach, found: Target, now: datetime, deadline: float) -> list[dict[str, str]]:
    """Recent rows as redacted cells, their JSON spread over dotted names; none where none can be read."""
    until = int(now.timestamp()) + 1
    text = guarded(found.where, reach.settings, search_part("*")).text
    window = Window(since=until - _SAMPLED_S, until=until)
    query = Query(where=found.where, text=text, window=window, limit=_SAMPLE)
    try:
        page = await rows_of(reach, query, deadline)
    except AckError:
        return []
    return await asyncio.to_thread(_spread, page.rows)


def _spread(rows: Sequence[object]) -> list[dict[str, str]]:
    return [_flat(row) for row in rows if isinstance(row, dict)]


def _flat(row: dict[str, object]) -> dict[str, str]:
    import json

    found: dict[str, object] = {}
    for name, value in row.items():
        if is_body(name):
            continue
        found[name] = value
        if isinstance(value, str) and value[:1] == "{":
            try:
                found |= _dotted(name, json.loads(value), 0)
            except (ValueError, RecursionError):
                continue
    keys = tuple(found)
    cells = grid([found], keys, 200)
    return dict(zip(keys, cells.rows[0], strict=True))


def _dotted(name: str, value: object, depth: int) -> dict[str, object]:
    if isinstance(value, dict) and depth < 4:
        return {
            key: each
            for part, inner in value.items()
            for key, each in _dotted(f"{name}.{part}", inner, depth + 1).items()
        }
    return {name: value if isinstance(value, str) else str(value)} if not isinstance(value, (dict, list)) else {}


async def _by_ai(reach: Reach, found: Target, question: str, now: datetime, index: Index) -> tuple[str, str]:
    """A query that holds, and what is to be said of it; neither where it is not asked."""
    if not reach.settings.ai_tools:
        return "", ""
    params = {
        "project": found.where.project,
        "logstore": found.where.name,
        "sys.query": f"current time {now:%Y-%m-%d %H:%M:%S %z}. {question}",
        "external_knowledge_uri": "",
        "external_knowledge_key": "",
    }
    try:
        query = await ai_tools.ask(reach, "text_to_sql", found.where.region, params)
    except AckError as exc:
        return "", f"SLS's AI gave no query: {exc.message}"
    faults = await asyncio.to_thread(_faults, reach, found, query, index)
    return (query, "") if not faults else ("", f"SLS's AI gave a query that would not run: {faults}")
