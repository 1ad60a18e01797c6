"""GetLogs: a page of the rows that match a search, or what SQL makes of them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from ack_sandbox.cloud.wire import Answer, Json
from ack_sandbox.sls.calls import Call
from ack_sandbox.sls.encoding import answer
from ack_sandbox.sls.packs import with_pack
from ack_sandbox.sls.query import LogsRequest, read_logs_request
from ack_sandbox.sls.rows.plans import Row
from ack_sandbox.sls.search.tree import Phrase, Words, conditions
from ack_sandbox.sls.selection import Selection, select
from ack_sandbox.sls.sql.running import run

WITH_PACK_META = "with_pack_meta"  # the one analysis that is no SQL


@dataclass
class Found:
    """What is answered, and what is told about it."""

    request: LogsRequest
    selection: Selection
    rows: Sequence[Mapping[str, str]]
    is_complete: bool
    keys: Sequence[str] | None = None
    types: Sequence[str] | None = None
    limited: int = 0
    began: float = field(default_factory=time.perf_counter)

    @property
    def has_sql(self) -> bool:
        return self.keys is not None

    @property
    def progress(self) -> str:
        return "Complete" if self.is_complete else "Incomplete"


def get_logs(call: Call) -> Answer:
    began = time.perf_counter()
    found = _find(call, read_logs_request(call.body()))
    data: list[Json] = [dict(row) for row in found.rows]
    return answer({"meta": _meta(found, began), "data": data}, call.request_id, _headers(found))


def get_logs_as_list(call: Call) -> Answer:
    """The older form of the request: the rows alone, and what is told about them in headers."""
    found = _find(call, read_logs_request(call.query))
    data: list[Json] = [dict(row) for row in found.rows]
    return answer(data, call.request_id, _headers(found))


def _find(call: Call, request: LogsRequest) -> Found:
    selection = select(call, request.window, request.search, request.topic)
    is_complete = call.progress.is_complete(selection.plan.name)
    if request.analysis is not None and request.analysis.lower() != WITH_PACK_META:
        return _analysed(call, request, selection, request.analysis, is_complete)
    matching = selection.matching(newest_first=request.newest_first)
    page: list[Row] = list(islice(matching, request.offset, request.offset + request.line))
    if request.analysis is not None:
        page = [with_pack(row, _same_second(call, selection, row)) for row in page]
    return Found(request, selection, page if is_complete else _part(page), is_complete)


def _analysed(call: Call, request: LogsRequest, selection: Selection, sql: str, is_complete: bool) -> Found:
    rows = list(selection.matching())
    plan = selection.plan
    table = run(sql, rows if is_complete else _part(rows), plan.index, plan.name, call.now)
    return Found(request, selection, table.rows, is_complete, table.names, table.types, table.limited)


def _part(rows: Sequence[Row]) -> Sequence[Row]:
    return rows[: len(rows) // 2]


def _same_second(call: Call, selection: Selection, row: Row) -> Sequence[Row]:
    at = int(row["__time__"])
    return call.stores.rows(selection.project.name, selection.plan.name, at, at + 1)


def _meta(found: Found, began: float) -> Json:
    request = found.request
    return {
        "progress": found.progress,
        "aggQuery": request.analysis or "",
        "whereQuery": request.search,
        "hasSQL": found.has_sql,
        "processedRows": found.selection.processed,
        "elapsedMillisecond": round((time.perf_counter() - began) * 1000),
        "cpuSec": 0.0,
        "cpuCores": 0,
        "processedBytes": 0,
        "scanBytes": 0,
        "count": len(found.rows),
        "limited": found.limited,
        "mode": int(any(isinstance(leaf, Phrase) for leaf in conditions(found.selection.search))),
        "isAccurate": True,
        "telementryType": "None",
        "keys": list(found.keys) if found.keys is not None else [],
        "columnTypes": list(found.types) if found.types is not None else [],
        "terms": _terms(found.selection),
        "highlights": [],
    }


def _terms(selection: Selection) -> list[Json]:
    leaves = (leaf for leaf in conditions(selection.search) if isinstance(leaf, Words | Phrase))
    return [{"key": leaf.field or "", "term": leaf.text} for leaf in leaves]


def _headers(found: Found) -> dict[str, str]:
    return {
        "x-log-progress": found.progress,
        "x-log-count": str(len(found.rows)),
        "x-log-has-sql": str(found.has_sql).lower(),
        "x-log-processed-rows": str(found.selection.processed),
    }
