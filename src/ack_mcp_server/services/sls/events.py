"""Events of a cluster as its event collector keeps them, grouped as kubectl shows them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.table import table
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.sls.fitting import rows_that_fit
from ack_mcp_server.services.sls.moments import row_time, span, stamp
from ack_mcp_server.services.sls.wire import Row
from ack_mcp_server.timerange import rfc3339

HEADERS = ("LAST SEEN", "COUNT", "TYPE", "REASON", "NAMESPACE", "OBJECT", "MESSAGE")
_LONGEST_NAME = 260  # characters; Kubernetes takes 253
_LONGEST = 1000  # characters of a message
_READ = 16_384  # of which so many are looked at


@dataclass(frozen=True, kw_only=True)
class ClusterEvent:
    """An Event as it was at one moment; `uid` tells Events apart."""

    uid: str
    time: datetime
    type: str
    reason: str
    message: str
    kind: str
    name: str
    namespace: str
    count: int

    @property
    def says(self) -> tuple[str, ...]:
        return (self.namespace, self.kind, self.name, self.type, self.reason, self.message)


def event_of(row: Row) -> ClusterEvent | None:
    """None for a row that holds no event."""
    found = _object(row.get("eventId"))
    if found is None:
        return None
    metadata, about, series = (_mapping(found, key) for key in ("metadata", "involvedObject", "series"))
    about = about or _mapping(found, "regarding")
    return ClusterEvent(
        uid=_text(metadata.get("uid")) or f"{metadata.get('namespace')}/{metadata.get('name')}",
        time=stamp(series.get("lastObservedTime") or found.get("lastTimestamp") or found.get("eventTime"))
        or row_time(row),
        type=_name(found.get("type")),
        reason=_name(found.get("reason")),
        message=_text(found.get("message") or found.get("note")),
        kind=_name(about.get("kind")),
        name=_name(about.get("name")),
        namespace=_name(about.get("namespace")),
        count=_count(series.get("count") or found.get("count")),
    )


class EventGroup(Answer):
    """What was said of one object, however often."""

    last_seen: str
    count: int
    type: str = ""
    reason: str = ""
    namespace: str = ""
    object: str = ""
    message: str = ""

    def row(self, now: datetime) -> tuple[str | int, ...]:
        age = span((now - datetime.fromisoformat(self.last_seen)).total_seconds())
        return (age, self.count, self.type, self.reason, self.namespace, self.object, self.message)


def grouped(events: Iterable[ClusterEvent]) -> tuple[EventGroup, ...]:
    """The newest first. An Event is kept once each time its count rises, so its highest count is its own; Events that
    say the same are added up."""
    counts: dict[tuple[str, ...], dict[str, int]] = {}
    newest: dict[tuple[str, ...], ClusterEvent] = {}
    for event in events:
        of_uid = counts.setdefault(event.says, {})
        of_uid[event.uid] = max(of_uid.get(event.uid, 0), event.count)
        if event.says not in newest or event.time > newest[event.says].time:
            newest[event.says] = event
    ordered = sorted(newest.values(), key=lambda event: event.time, reverse=True)
    return tuple(_group(event, sum(counts[event.says].values())) for event in ordered)


class EventsAnswer(Answer):
    headline: str
    events: tuple[EventGroup, ...]
    notes: tuple[str, ...] = ()
    next: str = Field("", description="What `continue` takes for more.")
    printed: str = Field("", exclude=True)

    def text(self) -> str:
        source = "cluster events" if self.events else ""
        return composed(self.printed, source=source, above=(self.headline,), below=self.notes)


def fitting(groups: tuple[EventGroup, ...], now: datetime, room: Room) -> tuple[int, str]:
    """How many fit, and those as a table."""
    rows = [group.row(now) for group in groups]
    number = rows_that_fit(HEADERS, rows, room) if rows else 0
    return number, table(HEADERS, rows[:number]) if number else ""


def _group(event: ClusterEvent, count: int) -> EventGroup:
    message = one_line(redact_text(event.message))
    return EventGroup(
        last_seen=rfc3339(event.time),
        count=count,
        type=event.type,
        reason=event.reason,
        namespace=event.namespace,
        object=f"{event.kind.lower()}/{event.name}".strip("/"),
        message=message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…",
    )


def _object(value: object) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _mapping(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = found.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value[:_READ] if isinstance(value, str) else ""


def _name(value: object) -> str:
    return one_line(_text(value), _LONGEST_NAME)


def _count(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
