"""Queries of a cluster's events, for a reader and for programs."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import AckError, InvalidInput, NotEnabled, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.audit import kinds
from ack_mcp_server.services.audit.asked import allowed_namespaces
from ack_mcp_server.services.audit.project import audit_project
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.sls import search
from ack_mcp_server.services.sls.events import ClusterEvent, EventsAnswer, event_of, fitting, grouped
from ack_mcp_server.services.sls.found import Found, find
from ack_mcp_server.services.sls.logs import rows_of
from ack_mcp_server.services.sls.names import EVENTS, Logstore, cluster_project
from ack_mcp_server.services.sls.place import Place
from ack_mcp_server.services.sls.search import Search
from ack_mcp_server.services.sls.wire import Query, Row, Window
from ack_mcp_server.settings import Settings
from ack_mcp_server.timerange import TimeRange

READ = 1000  # rows that are grouped at once; an event is a row each time it is seen again
_TYPES = {"normal": "Normal", "warning": "Warning"}
_HOW = "narrow it by namespace, kind, name, reason, type or time"


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """What is empty is not asked for; `name` and `reason` may end with `*`."""

    namespaces: tuple[str, ...] = ()
    kind: str = ""
    name: str = ""
    reason: str = ""
    type: str = ""
    denied: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings, *, namespace: str, kind: str, name: str, reason: str, type_: str) -> "EventFilter":
        """Within what the operator allows. Raises InvalidInput, NotEnabled."""
        type_ = type_.strip().lower()
        if type_ and type_ not in _TYPES:
            raise InvalidInput(f"{shown(type_)} is not a type of events", next_step="Use Normal or Warning.")
        denied = tuple(map(kinds.resource, settings.deny_kinds))
        if kinds.is_among(kind.strip(), denied):
            raise NotEnabled(f"{shown(kind)} is not touched by this server", next_step="An operator sets --deny-kinds.")
        return cls(
            namespaces=allowed_namespaces(settings, namespace),
            kind=kinds.kind(kind.strip()) if kind.strip() else "",
            name=name.strip(),
            reason=reason.strip(),
            type=_TYPES.get(type_, ""),
            denied=denied,
        )

    def search(self) -> Search:
        """Raises InvalidInput."""
        about = "eventId.involvedObject"
        parts = [
            search.any_of(search.field(f"{about}.namespace", each) for each in self.namespaces),
            *([search.field(f"{about}.kind", self.kind)] if self.kind else []),
            *([search.field_or_prefix(f"{about}.name", self.name)] if self.name else []),
            *([search.field_or_prefix("eventId.reason", self.reason)] if self.reason else []),
            *([search.field("eventId.type", self.type)] if self.type else []),
        ]
        found = search.all_of(parts)
        search.check_size(found)
        return found

    def allows(self, event: ClusterEvent) -> bool:
        if kinds.is_among(event.kind, self.denied):
            return False
        return not self.namespaces or event.namespace in self.namespaces


async def query_cluster_events(
    reach: Reach,
    cluster_id: str,
    wanted: EventFilter,
    *,
    start: str,
    end: str,
    limit: int,
    now: datetime,
    token: str = "",
) -> EventsAnswer:
    """Newest first, grouped. Raises AckError; NotEnabled where the cluster's events are not collected."""
    cluster = await reach.cluster(cluster_id)
    text = str(wanted.search())
    settings = reach.settings
    call = ("events", cluster.id, text, start, end, str(limit))
    room = Room.of(0, token, budget=settings.output_budget, ceiling=settings.output_ceiling, call=call)
    place = Place.of(room, start, end, now)
    deadline = reach.account.edge.deadline()
    where = await event_logstore(reach, cluster, deadline)
    query = Query(where=where, text=text, window=place.window, limit=READ, offset=place.offset)
    try:
        found = await find(reach, query, deadline)
    except NotFound as exc:
        raise _not_collected(cluster, exc) from exc
    return await asyncio.to_thread(_answer, found, wanted, room, place, limit, now)


async def events(
    reach: Reach,
    cluster_id: str,
    wanted: EventFilter,
    time_range: TimeRange,
    *,
    limit: int = READ,
    deadline: float | None = None,
) -> tuple[ClusterEvent, ...]:
    """Newest first, not grouped, for programs. Raises AckError."""
    until = reach.account.edge.deadline() if deadline is None else deadline
    cluster = await reach.cluster(cluster_id)
    where = await event_logstore(reach, cluster, until)
    query = Query(where=where, text=str(wanted.search()), window=Window.of(time_range), limit=limit)
    try:
        page = await rows_of(reach, query, until)
    except NotFound as exc:
        raise _not_collected(cluster, exc) from exc
    return _events(page.rows, wanted)


async def event_logstore(reach: Reach, cluster: ClusterRef, deadline: float | None = None) -> Logstore:
    """In the project of the audit log, which tells the name where it is not the usual one."""
    try:
        project = (await audit_project(reach, cluster, deadline)).sls_project_name
    except AckError:  # a key may read logs without being allowed to ask this
        project = ""
    return Logstore(region=cluster.region, project=project or cluster_project(cluster.id), name=EVENTS)


def _events(rows: tuple[Row, ...], wanted: EventFilter) -> tuple[ClusterEvent, ...]:
    found = [event for event in map(event_of, rows) if event is not None and wanted.allows(event)]
    return tuple(sorted(found, key=lambda event: event.time, reverse=True))


def _answer(found: Found, wanted: EventFilter, room: Room, place: Place, limit: int, now: datetime) -> EventsAnswer:
    groups = grouped(_events(found.page.rows, wanted))[place.skip :]
    number, printed = fitting(groups[:limit], now, room)
    token = place.after(room, found.page, shown=number, whole=number == len(groups))
    going_on = f'more: the same call with continue="{token}", or {_HOW}' if token else ""
    return EventsAnswer(
        headline=found.headline(len(found.page.rows), _rows_in(len(groups), number)),
        events=groups[:number],
        notes=tuple(note for note in (*found.notes(), going_on) if note),
        next=token,
        printed=printed,
    )


def _rows_in(groups: int, shown: int) -> str:
    if not groups:
        return "event rows"
    told = f"{groups:,} groups" if groups > 1 else "one group"
    return f"event rows in {told}{f' ({shown:,} shown)' if shown < groups else ''}"


def _not_collected(cluster: ClusterRef, exc: NotFound) -> NotEnabled:
    return NotEnabled(
        f"the events of cluster {cluster.id} are not collected: {exc.message}",
        next_step="Have the addon ack-node-problem-detector installed with its event collection; ack_kubectl events "
        "has those of the last hour.",
    )
