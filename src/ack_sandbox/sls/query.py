"""A query of GetLogs: `search | analysis`, over a window of time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ack_sandbox.sls import errors
from ack_sandbox.sls.calls import boolean, integer, text
from ack_sandbox.sls.rows.plans import LogStorePlan

MOST_LINES = 100

_BEFORE_PIPE = re.compile(r'(?:[^"|]|"(?:[^"\\]|\\.)*"|")*', re.DOTALL)
_SQL = re.compile(r"\s*(select|with)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Window:
    """Unix seconds; `until` itself is outside."""

    since: int
    until: int

    def kept(self, plan: LogStorePlan, now: datetime) -> "Window":
        """Without what the logstore no longer keeps."""
        oldest = int((now - timedelta(days=plan.ttl_days)).timestamp())
        since = max(self.since, oldest)
        return Window(since, max(since, self.until))


@dataclass(frozen=True)
class LogsRequest:
    window: Window
    search: str
    analysis: str | None
    topic: str
    line: int
    offset: int
    newest_first: bool


def read_window(given: Mapping[str, Any]) -> Window:
    since, until = integer(given, "from"), integer(given, "to")
    if not 0 <= since < until:
        raise errors.invalid_time_range()
    return Window(since, until)


def read_logs_request(given: Mapping[str, Any]) -> LogsRequest:
    """From a body, or from a query string. Raises CloudError."""
    search, analysis = split(text(given, "query"))
    line, offset = integer(given, "line", MOST_LINES), integer(given, "offset", 0)
    if not 0 <= line <= MOST_LINES:
        raise errors.invalid_line()
    if offset < 0:
        raise errors.invalid_offset()
    return LogsRequest(
        window=read_window(given),
        search=search,
        analysis=analysis,
        topic=text(given, "topic"),
        line=line,
        offset=offset,
        newest_first=boolean(given, "reverse"),
    )


def split(query: str) -> tuple[str, str | None]:
    """Search and analysis, at the first pipe that is not within quotation marks."""
    found = _BEFORE_PIPE.match(query)
    end = found.end() if found else 0
    if end < len(query):
        return query[:end].strip(), query[end + 1 :].strip()
    if _SQL.match(query):
        raise errors.no_search_before_sql()
    return query.strip(), None
