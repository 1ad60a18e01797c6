"""Rows of any logstore as cells that may be shown: in the order of the query, without secrets, each on one line."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import disarm
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.table import table
from ack_mcp_server.redaction.columns import without_named
from ack_mcp_server.redaction.marks import mark
from ack_mcp_server.redaction.objects import redact_object
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.audit.details import WITHHELD
from ack_mcp_server.services.audit.entries import entry_of
from ack_mcp_server.services.sls.fitting import rows_that_fit, texts_that_fit
from ack_mcp_server.services.sls.moments import row_time
from ack_mcp_server.services.sls.sql_bodies import is_body
from ack_mcp_server.services.sls.wire import Row
from ack_mcp_server.timerange import rfc3339

TIME = "__time__"
_READ = 262_144  # characters of one value that are looked at
_LONGEST = 2000  # characters of one cell
_SPARE = 8  # times as many characters of a text are looked at, because what is cut away may belong to a secret
_MOST_COLUMNS = 6  # of whole rows, beyond which their names are needed beside each value
_PADDING = 3  # how many times as long a table may be as its cells and names
_NARROWEST = 60  # bytes of a column where a row alone is more than an answer holds
_INTERNAL = ("__source__", "__topic__", "__tag__:", "__pack_")
_UNREADABLE = "(not shown: a body that is not whole)"
_COMMAND = re.compile(r"(?<=[?&]command=)[^&\s\"'\\<>]++")  # of exec, in a requestURI
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """Cells by column; `is_search` says that they are whole rows, whose first column is their time. So many columns
    as `hidden` says are left out."""

    headers: Cells
    rows: tuple[Cells, ...]
    is_search: bool = False
    hidden: int = 0

    def first(self, number: int) -> "Grid":
        return replace(self, rows=self.rows[:number])

    def after(self, number: int) -> "Grid":
        return replace(self, rows=self.rows[number:])

    def within(self, limit: int) -> "Grid":
        """With less of each cell, and the first columns only, where a row alone would be more than `limit` bytes."""
        if max((len("  ".join((*self.headers, *row)).encode()) for row in self.rows), default=0) <= limit:
            return self
        kept = min(len(self.headers), max(limit // _NARROWEST, 1))
        share = limit // kept // 2  # a name and a cell
        headers, *rows = (tuple(_cut(cell, share) for cell in row[:kept]) for row in (self.headers, *self.rows))
        return replace(self, headers=headers, rows=tuple(rows), hidden=len(self.headers) - kept)

    @property
    def _is_wide(self) -> bool:
        if self.is_search and len(self.headers) > _MOST_COLUMNS:
            return True
        widths = [max(len(name), *map(len, cells)) for name, cells in zip(self.headers, self._columns, strict=True)]
        table_chars = sum(widths[:-1]) * len(self.rows)
        line_chars = sum(map(len, self.headers)) * len(self.rows) + sum(map(len, chain(*self._columns[:-1])))
        return line_chars * _PADDING < table_chars

    @property
    def _columns(self) -> list[Cells]:
        return list(zip(*self.rows, strict=True))

    def fitting(self, room: Room) -> int:
        if not self.rows:
            return 0
        return texts_that_fit(self._lines(), room) if self._is_wide else rows_that_fit(self.headers, self.rows, room)

    def printed(self) -> str:
        """A table; where padding would cost more than names, one line a row with the names in it."""
        if not self.rows:
            return ""
        return "\n".join(self._lines()) if self._is_wide else table(self.headers, self.rows)

    def _lines(self) -> list[str]:
        return [_line(self.headers, row) for row in self.rows]


def grid(rows: Iterable[Row], keys: Sequence[str], longest: int = _LONGEST) -> Grid:
    """`keys` are the columns as SQL selected them; without them rows are those of a search. Takes time."""
    found = list(rows)
    is_search = not keys
    columns = list(keys) or _columns(found)
    cells = [tuple(_cell(row, name, longest, is_search) for name in columns) for row in found]
    headers = tuple(one_line(name, 80) for name in columns)
    shown = tuple(tuple(row) for row in without_named(headers, cells))
    return Grid(tuple("TIME" if name == TIME and is_search else name for name in headers), shown, is_search)


def _columns(rows: Sequence[Row]) -> list[str]:
    """Of all rows, those of the first one first; the time before all."""
    names = dict.fromkeys(name for row in rows for name in row if not name.startswith(_INTERNAL))
    return [name for name in (TIME, *(name for name in names if name != TIME)) if name in names]


def _cell(row: Row, name: str, longest: int, is_search: bool) -> str:
    value = row.get(name)
    if name == TIME and is_search:
        return rfc3339(row_time(row))
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if is_body(name) and text and entry_of(row).is_secretive:
        return WITHHELD
    shown = disarm(one_line(_without_secrets(text, is_body(name), _SPARE * longest)))
    return shown if len(shown) <= longest else f"{shown[:longest]}… ({len(text):,} characters)"


def _without_secrets(text: str, is_body_: bool, enough: int) -> str:
    if text[:1] in ("{", "["):
        value = _parsed(text)
        if value is not None:
            return json.dumps(redact_object({"body": value})["body"], ensure_ascii=False, separators=(",", ":"))
        if is_body_:
            return _UNREADABLE
    return redact_text(_COMMAND.sub(lambda word: mark("command", word[0]), text[:enough]))


def _parsed(text: str) -> Any:
    """None for what is no JSON object or list, or too long."""
    try:
        value = json.loads(text) if len(text) <= _READ else None
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and isinstance(metadata := value.get("metadata"), dict):
        metadata.pop("managedFields", None)  # longer than the object, and tells a reader nothing
    return value if isinstance(value, (dict, list)) else None


def _cut(text: str, limit: int) -> str:
    whole = text.encode()
    return text if len(whole) <= limit else f"{whole[: limit - 5].decode(errors='ignore')}…"


def _line(headers: Cells, row: Cells) -> str:
    pairs = [f"{name}={cell}" for name, cell in zip(headers, row, strict=True) if cell and name != "TIME"]
    return "  ".join([*(cell for name, cell in zip(headers, row, strict=True) if name == "TIME"), *pairs])
