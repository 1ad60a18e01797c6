"""The tool search_logs: a query judged, asked, and told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ack_mcp_server.answers.room import Room
from ack_mcp_server.services.loki.answer import Fit, LogsAnswer, StreamView, printed, streams_of
from ack_mcp_server.services.loki.endpoint import Endpoint, endpoint_of
from ack_mcp_server.services.loki.logql import LogQuery, parsed
from ack_mcp_server.services.loki.loki import Loki
from ack_mcp_server.services.loki.reading import Line, shown_labels, shown_text
from ack_mcp_server.services.loki.selector import one_of
from ack_mcp_server.services.loki.span import Span, moment
from ack_mcp_server.services.loki.whats_there import WhatsThere, whats_there
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.timerange import rfc3339

_SAID = 400  # bytes of our own lines, beyond those that every answer has
_HOW = "narrow it with labels, filters or time"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The arguments of a call. An empty `until` means now, and 0 bytes the default."""

    query: str
    cluster_id: str = ""
    since: str = "1h"
    until: str = ""
    limit: int = 100
    max_bytes: int = 0
    token: str = ""


@dataclass(frozen=True)
class _Asked:
    query: LogQuery
    span: Span
    room: Room
    limit: int


async def search_logs(loki: Loki, reach: Reach, wish: Wish, now: datetime) -> LogsAnswer:
    """The newest lines. Raises AckError; what is wrong with the arguments costs no request."""
    asked = _read(reach, wish, now)
    deadline = loki.deadline()
    endpoint = await endpoint_of(reach, wish.cluster_id)
    wanted = asked.limit + asked.span.skip + 1  # one more than wanted tells whether there are more
    lines = _behind(await loki.newest(endpoint, str(asked.query), asked.span, wanted, deadline), asked.span)
    if lines:
        return await asyncio.to_thread(_answer, lines, asked)
    return await _nothing(loki, endpoint, asked, deadline, bounded=bool(reach.settings.namespaces))


def _read(reach: Reach, wish: Wish, now: datetime) -> _Asked:
    """Within the operator's namespaces, whatever the query says."""
    settings = reach.settings
    query = parsed(wish.query)
    if settings.namespaces:
        query = query.only(one_of("namespace", settings.namespaces))
    call = ("loki", wish.cluster_id, str(query), wish.since, wish.until, str(wish.limit))
    room = Room.of(
        wish.max_bytes, wish.token, budget=settings.output_budget, ceiling=settings.output_ceiling, call=call
    )
    return _Asked(query, Span.of(room, wish.since, wish.until, now), room, wish.limit)


def _behind(lines: list[Line], span: Span) -> list[Line]:
    """Without those of the last instant that an earlier answer showed."""
    then = sum(1 for line in lines if line.at == span.until - 1)
    return lines[min(span.skip, then) :]


def _answer(lines: list[Line], asked: _Asked) -> LogsAnswer:
    few = lines[: asked.limit]
    fits = [Fit(line, shown_text(line.raw)) for line in few]
    labels = {line.labels: shown_labels(line.labels) for line in few}
    streams, count = _fitting(fits, lambda some: streams_of(some, labels), asked.room.content - _SAID)
    more = count < len(lines)
    oldest = few[count - 1].at
    then = sum(1 for line in few[:count] if line.at == oldest)
    token = asked.span.before(asked.room, oldest, then) if more else ""
    return LogsAnswer(
        headline=_headline(asked, count, len(streams), more=more),
        streams=streams,
        notes=(*_left_out(asked.span, oldest, then, more=more), *_older(token)),
        next=token,
    )


def _left_out(span: Span, oldest: int, then: int, *, more: bool) -> tuple[str, ...]:
    if not more or not span.is_crowded(oldest, then):
        return ()
    return (f"more lines of {rfc3339(moment(oldest))} are left out: so many have the same time; narrow the selector",)


def _older(token: str) -> tuple[str, ...]:
    return (f'older ones: the same call with continue="{token}", or {_HOW}',) if token else ()


def _fitting(
    fits: Sequence[Fit], made: Callable[[Sequence[Fit]], tuple[StreamView, ...]], limit: int
) -> tuple[tuple[StreamView, ...], int]:
    """As many of the newest lines as fit; at least one, so that continuing gets on."""
    low, high = 1, len(fits)
    best = made(fits)
    if len(printed(best).encode()) <= limit:
        return best, high
    while low < high:
        middle = (low + high) // 2
        if len(printed(made(fits[:middle])).encode()) <= limit:
            low = middle + 1
        else:
            high = middle
    count = max(low - 1, 1)
    return made(fits[:count]), count


def _headline(asked: _Asked, count: int, streams: int, *, more: bool) -> str:
    lines = f"the newest {count:,} lines" if more else f"{count:,} line{'s' * (count != 1)}"
    where = f" of {streams:,} streams" if streams > 1 else ""
    order = ", newest last" + " per stream" * (streams > 1) if count > 1 else ""
    return f"{lines}{where}{order}; {asked.span.told()}{' (there are more)' * more}"


async def _nothing(loki: Loki, endpoint: Endpoint, asked: _Asked, deadline: float, *, bounded: bool) -> LogsAnswer:
    """A continued answer has seen what there is."""
    there = WhatsThere()
    if not asked.room.start:
        there = await whats_there(loki, endpoint, asked.query, asked.span, deadline, bounded=bounded)
    headline = f"no lines; {asked.span.told()}; query: {asked.query}"
    return LogsAnswer(headline=headline, labels=there.labels, notes=there.notes)
