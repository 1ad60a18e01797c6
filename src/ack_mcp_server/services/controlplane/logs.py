"""Logs of the managed control plane, newest first, repetitions folded."""

import asyncio
import json
import re
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.folding import Folder, LogLine, Run
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.controlplane.components import Component, component_of
from ack_mcp_server.services.controlplane.klog import parse
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls import words
from ack_mcp_server.services.sls.fitting import texts_that_fit
from ack_mcp_server.services.sls.found import Found, find
from ack_mcp_server.services.sls.moments import row_time, short
from ack_mcp_server.services.sls.place import Place
from ack_mcp_server.services.sls.wire import Query, Row, Window
from ack_mcp_server.timerange import rfc3339

_HOW = "narrow it with query or time"
_WORD = re.compile(r"[\w.-]{1,80}")
_LONGEST = 2000  # characters of one line
_READ = 16_384  # of which so many are looked at


class ComponentLine(Answer):
    time: str
    line: str = Field(description="Severity, source and message.")
    times: int = Field(1, description="How often it came in a row.")


class ComponentLogs(Answer):
    headline: str
    lines: tuple[ComponentLine, ...]
    notes: tuple[str, ...] = ()
    total: int | None = Field(None, description="Lines that match in the time range; null where it is not known.")
    next: str = Field("", description="What `continue` takes for more.")
    printed: tuple[str, ...] = Field((), exclude=True)

    def text(self) -> str:
        source = "control plane log" if self.lines else ""
        return composed("\n".join(self.printed), source=source, above=(self.headline,), below=self.notes)


@dataclass(frozen=True)
class _Folded:
    """Lines of the log that came in a row and say the same, the newest of them."""

    lines: tuple[ComponentLine, ...]
    text: str
    stands_for: int


async def query_controlplane_logs(
    reach: Reach,
    cluster_id: str,
    component: str,
    *,
    query: str,
    start: str,
    end: str,
    limit: int,
    now: datetime,
    token: str = "",
) -> ComponentLogs:
    """Newest first. Raises AckError; NotEnabled for a component whose logs are not kept."""
    settings = reach.settings
    if settings.namespaces:
        raise NotEnabled(
            "the control plane's logs are of all namespaces, and this server may reach some only",
            next_step="Use query_audit_log or query_cluster_events for those namespaces.",
        )
    text = str(words.parse(query))
    cluster = await reach.cluster(cluster_id)
    call = ("controlplane", cluster.id, component, text, start, end, str(limit))
    room = Room.of(0, token, budget=settings.output_budget, ceiling=settings.output_ceiling, call=call)
    place = Place.of(room, start, end, now)
    deadline = reach.account.edge.deadline()
    asked = await component_of(reach, cluster, component, deadline)
    wanted = Query(where=asked.where, text=text, window=place.window, limit=limit, offset=place.offset)
    return await asyncio.to_thread(_answer, await find(reach, wanted, deadline), asked, room, place, query)


def _answer(found: Found, asked: Component, room: Room, place: Place, query: str) -> ComponentLogs:
    folded = _folded(found.page.rows, place.window)[place.skip :]
    fitting = texts_that_fit([each.text for each in folded], room)
    shown = folded[:fitting]
    token = place.after(room, found.page, shown=fitting, whole=fitting == len(folded))
    kept = f"logs of {asked.name} are kept {asked.kept_days} days" if not folded and asked.kept_days else ""
    going_on = f'older ones: the same call with continue="{token}", or {_HOW}' if token else ""
    return ComponentLogs(
        headline=found.headline(sum(each.stands_for for each in shown), f"lines of {asked.name}"),
        lines=tuple(line for each in shown for line in each.lines),
        printed=tuple(each.text for each in shown),
        notes=tuple(
            note for note in (*found.notes(), "" if folded else _by_whole_words(query), kept, going_on) if note
        ),
        total=found.total,
        next=token,
    )


def _by_whole_words(query: str) -> str:
    word = query.strip()
    return f"words are found whole; {word}* finds what begins so" if _WORD.fullmatch(word) else ""


def _folded(rows: tuple[Row, ...], window: Window) -> list[_Folded]:
    """Newest first; folded in the order of time, so that the newest of what is alike is shown."""
    runs: list[Run] = []
    folder = Folder(runs.append)
    oldest_first = rows[::-1]  # stable within a second
    for row in sorted(oldest_first, key=row_time):
        folder.push(LogLine(rfc3339(row_time(row)), _line(row)))
    folder.finish()
    return [_of(run, window) for run in reversed(runs)]


def _of(run: Run, window: Window) -> _Folded:
    newest_first = run.lines[::-1]
    lines = tuple(ComponentLine(time=line.at, line=line.text, times=run.times) for line in newest_first)
    printed = [f"{short(datetime.fromisoformat(line.at), window)} {line.text}" for line in newest_first]
    return _Folded(lines, "\n".join(printed) + run.mark(), run.stands_for)


def _line(row: Row) -> str:
    content = row.get("content")
    if not isinstance(content, str):
        content = json.dumps({k: v for k, v in row.items() if not k.startswith("__")}, ensure_ascii=False)
    found = parse(redact_text(content[:_READ].strip()), str(row.get("level", "")))
    text = one_line(" ".join(part for part in (found.severity, found.source, found.message) if part))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(content):,} characters)"
