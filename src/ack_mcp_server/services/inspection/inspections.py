"""Inspection reports of a cluster: the latest one, or a new one that is waited for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import AckError, DeadlineExceeded, DiagnosisFailed, InvalidInput, NotEnabled
from ack_mcp_server.progress import Progress
from ack_mcp_server.services.findings import name
from ack_mcp_server.services.inspection import wire
from ack_mcp_server.services.inspection.report import InspectionReport, Wanted, sorted_items, told
from ack_mcp_server.services.inspection.wire import COMPLETED, Detail, Head, Item
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.slots import Busy
from ack_mcp_server.services.waiting import Wait, wait_until
from ack_mcp_server.settings import Settings

LIST_PAGES = 10  # 500 reports, more than a year of one a day
REPORT_PAGES = 100
MOST_ITEMS = 5000
_NO_REPORT = "refresh=true runs an inspection and waits for it (some minutes)"


@dataclass(frozen=True, kw_only=True)
class Asked:
    wanted: Wanted
    max_bytes: int = 0
    token: str = ""

    def room(self, settings: Settings, *call: str) -> Room:
        """Raises InvalidInput. A continued answer is of the same report, or is refused."""
        words = ("inspection", *call, self.wanted.category, self.wanted.level)
        budget, ceiling = settings.output_budget, settings.output_ceiling
        return Room.of(self.max_bytes, self.token, budget=budget, ceiling=ceiling, call=words)


async def latest(reach: Reach, cluster_id: str, asked: Asked) -> InspectionReport:
    """The newest that is finished; nothing is run. Raises AckError."""
    cluster = await _cluster(reach, cluster_id)
    deadline = reach.account.edge.deadline()
    heads = await _heads(reach, cluster, deadline)
    finished = [head for head in heads if head.is_finished]
    if not finished:
        running = f"; report {heads[0].report_id} is being made" if heads else ""
        return InspectionReport(cluster_id=cluster.id, status="", notes=(f"{_NO_REPORT}{running}",))
    return await _report(reach, cluster, max(finished, key=_when).report_id, asked, deadline)


async def refreshed(reach: Reach, cluster_id: str, asked: Asked, progress: Progress) -> InspectionReport:
    """Runs an inspection and waits for its own report; at the deadline it is told as running. Raises AckError."""
    if asked.token:
        raise InvalidInput("refresh would begin another report", next_step="Continue without refresh.")
    asked.room(reach.settings)
    cluster = await _cluster(reach, cluster_id)
    report_id = await wire.begin(reach, cluster)
    wait = Wait.of(reach.settings, f"inspection report {report_id} of cluster {cluster.id}", progress)
    try:
        waited = await wait_until(
            lambda: wire.detail(reach, cluster, report_id, size=1), lambda page: page.is_over, wait
        )
    except AckError as exc:
        exc.message += f" (while inspection report {report_id} of cluster {cluster.id} was waited for)"
        raise
    if waited.last is None or not waited.is_over:
        failed = f"; the last look failed: {waited.trouble.code}: {waited.trouble.message}" if waited.trouble else ""
        note = f"not over after {waited.seconds:.0f} s{failed}. Next: the same call without refresh, in a while"
        return InspectionReport(cluster_id=cluster.id, report_id=report_id, status=wire.RUNNING, notes=(note,))
    _check_completed(waited.last, report_id)
    return await _report(reach, cluster, report_id, asked, reach.account.edge.deadline())


async def _cluster(reach: Reach, cluster_id: str) -> ClusterRef:
    """Raises NotEnabled where only some namespaces may be seen."""
    if reach.settings.namespaces:
        raise NotEnabled(
            "an inspection looks into all namespaces, and this server may reach some only",
            next_step="Use triage or diagnose_resource for those namespaces.",
        )
    return await reach.cluster(cluster_id)


async def _heads(reach: Reach, cluster: ClusterRef, deadline: float) -> Sequence[Head]:
    """Of all reports, or of the newest ones where pages turn out to be newest first, which is not documented."""
    found: list[Head] = []
    token = ""
    for _ in range(LIST_PAGES):
        page = await wire.heads(reach, cluster, token, deadline)
        found += page.reports
        newest_first = [_when(head) for head in found] == sorted(map(_when, found), reverse=True)
        if not page.next_token or (newest_first and len(found) > 1 and any(head.is_finished for head in found)):
            break
        token = page.next_token
    return found


async def _report(reach: Reach, cluster: ClusterRef, report_id: str, asked: Asked, deadline: float) -> InspectionReport:
    room = asked.room(reach.settings, cluster.id, report_id)
    first = await wire.detail(reach, cluster, report_id, deadline=deadline)
    items, unread = await _items(reach, cluster, report_id, first, deadline)
    fields = told(await asyncio.to_thread(sorted_items, items, asked.wanted), room)
    partial = (f"the report has more items than the {len(items)} that were read and counted",) if unread else ()
    return InspectionReport(
        cluster_id=cluster.id,
        report_id=report_id,
        status=first.status,
        started=first.start_time,
        finished=first.end_time,
        **{**fields, "notes": (*partial, *fields["notes"])},
    )


async def _items(
    reach: Reach, cluster: ClusterRef, report_id: str, first: Detail, deadline: float
) -> tuple[list[Item], bool]:
    """All that came within the deadline, within reason, and whether there are more."""
    items, token = list(first.items), first.next_token
    for _ in range(REPORT_PAGES):
        if not token or len(items) >= MOST_ITEMS:
            break
        try:
            page = await wire.detail(reach, cluster, report_id, token, deadline=deadline)
        except (DeadlineExceeded, Busy):
            break
        items += page.items
        token = page.next_token
    return items, bool(token)


def _check_completed(page: Detail, report_id: str) -> None:
    if page.status.lower() != COMPLETED:
        raise DiagnosisFailed(
            f"the inspection ended as {name(page.status)} (report {report_id})",
            next_step="query_inspect_report without refresh shows the latest finished one; try again later.",
        )


def _when(head: Head) -> datetime:
    for text in (head.start_time, head.end_time):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.min.replace(tzinfo=UTC)
