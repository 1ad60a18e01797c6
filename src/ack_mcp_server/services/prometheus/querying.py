"""The tool query_prometheus: a query judged, asked, and told."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import AckError
from ack_mcp_server.services.prometheus import bounds
from ack_mcp_server.services.prometheus.answer import MetricsAnswer
from ack_mcp_server.services.prometheus.emptiness import Doubts, doubts, missing
from ack_mcp_server.services.prometheus.endpoint import Endpoint
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.prometheus.promql import Query, checked
from ack_mcp_server.services.prometheus.quoting import matcher
from ack_mcp_server.services.prometheus.showing import Asked, show
from ack_mcp_server.services.prometheus.units import in_bytes
from ack_mcp_server.services.prometheus.values import Matrix, Result, Text, Vector
from ack_mcp_server.services.prometheus.windows import Window, window
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.timerange import in_the_future

MANY = 500  # series or thousands of points, from which on an answer is made in a thread
_TEXT = 200  # characters of labels that take as long as a series
_LOOKED_UP = 2  # metrics of an empty result
_LONG = 1000  # characters of a query that is looked through in a thread
_FOR_A_RATE = 2  # samples
_SORTS = ("sort(", "sort_desc(", "sort_by_label", "bottomk(", "bottomk by", "bottomk without")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The arguments of a call. An empty time or step, and 0 bytes, mean the default."""

    promql: str
    cluster_id: str = ""
    start_time: str = ""
    end_time: str = ""
    step: str = ""
    raw: bool = False
    max_bytes: int = 0
    token: str = ""


async def query_prometheus(metrics: Metrics, reach: Reach, wish: Wish, now: datetime) -> MetricsAnswer:
    """Raises AckError. What is wrong with the arguments costs no request."""
    query = checked(wish.promql)
    bounds.check(query, metrics.settings.namespaces)
    asked_at = window(wish.start_time, wish.end_time, wish.step, now=now)
    _room(metrics, wish, "", check=True)
    deadline = metrics.deadline()
    endpoint = await metrics.endpoint(reach, wish.cluster_id, deadline)
    room = _room(metrics, wish, endpoint.cluster_id)
    result = await _result(metrics, endpoint, query, asked_at, deadline)
    asked = Asked(
        endpoint.cluster_id, asked_at, wish.raw, room, query.advice, in_bytes(query), query.text.startswith(_SORTS)
    )
    if not _series(result):
        found = await _why_empty(metrics, endpoint, query, asked_at, now, deadline)
        asked = replace(asked, advice=(*found, *asked.advice))
    return await metrics.off_loop(lambda: show(result, asked), large=_weight(result) > MANY)


def _room(metrics: Metrics, wish: Wish, cluster_id: str, *, check: bool = False) -> Room:
    """Bound to the call, so that a token does not continue another. `check` looks at the size alone."""
    settings = metrics.settings
    words = (wish.promql, cluster_id, wish.start_time, wish.end_time, wish.step, str(wish.raw))
    token = "" if check else wish.token
    return Room.of(wish.max_bytes, token, budget=settings.output_budget, ceiling=settings.output_ceiling, call=words)


async def _result(metrics: Metrics, endpoint: Endpoint, query: Query, at: Window, deadline: float) -> Result:
    if at.is_instant:
        return await metrics.ask(endpoint, query.text, at=at.end, deadline=deadline)
    return await metrics.ask_range(endpoint, query.text, at.start, at.end, at.step_s, deadline)


async def _why_empty(
    metrics: Metrics, endpoint: Endpoint, query: Query, at: Window, now: datetime, deadline: float
) -> tuple[str, ...]:
    """Whether the metrics are there at all, by one cheap query each."""
    if at.start > now:
        return (in_the_future(now),)
    doubted = await metrics.off_loop(lambda: doubts(query.text), large=len(query.text) > _LONG)
    lines = list(dict.fromkeys(doubted.lost))
    for name in query.metrics[:_LOOKED_UP]:
        with suppress(AckError):
            line = await _told_of(metrics, endpoint, name, doubted, replace(at, end=min(at.end, now)), now, deadline)
            lines += [line] if not doubted.lost or line.startswith("no metric") else []
    if not lines:
        return ("nothing matches then; a comparison keeps only the series for which it is true",)
    return tuple(lines)


async def _told_of(
    metrics: Metrics, endpoint: Endpoint, name: str, doubted: Doubts, at: Window, now: datetime, deadline: float
) -> str:
    if short := doubted.short.get(name):
        held = await metrics.ask(endpoint, short.samples, at=at.end, deadline=deadline)
        if isinstance(held, Vector) and held.samples and held.samples[0].value < _FOR_A_RATE:
            return short.told
    namespaces = metrics.settings.namespaces
    within = f", {bounds.only(namespaces)}" if namespaces else ""
    count = f"count({{{matcher('__name__', '=', name)}{within}}})"
    found = await metrics.ask(endpoint, count, at=at.end, deadline=deadline)
    if not isinstance(found, Vector) or not found.samples:
        is_there = at.end < now and _series(await metrics.ask(endpoint, count, at=now, deadline=deadline))
        return f"{name} has samples now, but none at that time" if is_there else missing(name, doubted)
    number = int(found.samples[0].value)
    return f"{name} has {number:,} series at that time: matchers, a comparison or an operator leave none of them"


def _series(result: Result) -> int:
    if isinstance(result, Text):
        return 1
    return len(result.series if isinstance(result, Matrix) else result.samples)


def _weight(result: Result) -> int:
    if isinstance(result, Text):
        return len(result.value) // _TEXT
    elements = result.series if isinstance(result, Matrix) else result.samples
    points = sum(len(each.values) for each in result.series) // 1000 if isinstance(result, Matrix) else 0
    if len(elements) > MANY:
        return len(elements)
    return max(len(elements), points * 20, sum(_label_size(each.labels) for each in elements) // _TEXT)


def _label_size(labels: Mapping[str, str]) -> int:
    return sum(len(name) + len(value) for name, value in labels.items())
