"""`events`, as kubectl does it: all pages, in the order of time, as a table or as objects."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ack_mcp_server.answers.rows import RowWindow
from ack_mcp_server.errors import TooLarge, UnexpectedAnswer
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.ages import moment
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.events.objects import objects_of
from ack_mcp_server.kube.native.events.rows import headers_of, row_of
from ack_mcp_server.kube.native.events.subject import subject_of
from ack_mcp_server.kube.native.get.objects import MAX_HELD_BYTES
from ack_mcp_server.kube.native.order import places_in_order
from ack_mcp_server.kube.native.pages import pages
from ack_mcp_server.kube.native.printed import Block, Printed, block_of
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError

_EVENTS = Resource(
    plural="events", group="", version="v1", kind="Event", namespaced=True, names=frozenset(), categories=()
)
_TYPES = {"normal", "warning"}
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_AWAY_FROM_THE_LOOP = 1000  # events


async def events(asked: Asked) -> Printed:
    """Raises NotUnderstood, UsageError, Refusal, AckError."""
    command = asked.command
    if command.has("watch") or not (command.value("chunk-size") or "0").isdecimal():
        raise NotUnderstood
    subject = await subject_of(asked)
    printing: Callable[[Asked, list[Any]], list[Block]] = _table
    keep: Callable[[Asked, Json], Any] = row_of
    if command.value("output"):
        printing, keep = objects_of(command)
    types = _types(asked)
    try:
        found = await _found(asked, subject, types, keep)
    except (ValueError, LookupError, TypeError, AttributeError) as exc:
        raise UnexpectedAnswer(
            f"the API server's list of events could not be read ({type(exc).__name__})", next_step="Try again."
        ) from exc
    printed = Printed(complaints=asked.warnings)
    if not found:
        printed.complaints.append(asked.none_found("events") + "." * asked.everywhere)
        return printed
    printed.blocks = printing(asked, found)
    return printed


def _types(asked: Asked) -> set[str]:
    wanted = {
        word.lower() for name, value in asked.command.flags if name == "types" for word in value.split(",") if value
    }
    if wanted - _TYPES:
        raise UsageError("error: valid --types are Normal or Warning")
    return wanted


async def _found(asked: Asked, subject: str, types: set[str], keep: Callable[[Asked, Json], Any]) -> list[Any]:
    """What is kept of each event, in the order in which kubectl prints them."""
    kept: list[Any] = []
    times: list[datetime] = []
    try:
        async for event in _listed(asked, subject):
            if not types or event.get("type", "").lower() in types:
                times.append(_time(event))
                kept.append(keep(asked, asked.redact(event)))
    except Refusal as exc:
        raise _enhanced(exc, subject) from exc
    many = len(times) > _AWAY_FROM_THE_LOOP
    places = await asyncio.to_thread(places_in_order, times) if many else places_in_order(times)
    return [kept[place] for place in places]


async def _listed(asked: Asked, subject: str) -> AsyncIterator[Json]:
    path = _EVENTS.path("" if asked.everywhere else asked.namespace)
    query = {"fieldSelector": subject} if subject else {}
    held = 0
    async for page in pages(_in_pages_of_its_own(asked), path, query, "application/json", small=False):
        held += page.size if asked.command.value("output") else 0
        if held > MAX_HELD_BYTES:
            raise _too_many()
        for event in page.content.get("items") or ():
            yield event


def _in_pages_of_its_own(asked: Asked) -> Asked:
    """kubectl takes --chunk-size here, and does not look at it."""
    flags = tuple(flag for flag in asked.command.flags if flag[0] != "chunk-size")
    return replace(asked, command=replace(asked.command, flags=flags))


def _too_many() -> TooLarge:
    return TooLarge(
        f"the events are more than {MAX_HELD_BYTES // 1024 // 1024} MiB",
        next_step="Narrow them with a namespace, --for or --types; a table takes any number.",
    )


def _time(event: Json) -> datetime:
    if series := event.get("series"):
        return moment(series.get("lastObservedTime")) or _ALWAYS
    return moment(event.get("lastTimestamp")) or moment(event.get("eventTime")) or _ALWAYS


def _enhanced(exc: Refusal, subject: str) -> Refusal:
    if exc.reason not in ("BadRequest", "NotFound"):
        return exc
    what = f'find "events" that match label selector "", field selector "{subject}"' if subject else 'list "events"'
    return Refusal(exc.code, exc.reason, f"Unable to {what}: {exc.message}")


def _table(asked: Asked, rows: list[list[str]]) -> list[Block]:
    window = RowWindow(headers_of(asked), asked.room)
    return [block_of("events", window, rows, headed=not asked.command.has("no-headers"))]
