"""Searches of a logstore, to their end: pages beyond the first, answers that were not complete, and counts."""

import asyncio
import time
from dataclasses import dataclass

from ack_mcp_server.errors import AckError, DeadlineExceeded, Throttled, TooLarge, Unavailable
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls.histogram import Histogram
from ack_mcp_server.services.sls.names import Logstore, cluster_project
from ack_mcp_server.services.sls.wire import PAGE, Answered, Query, Row, Window, get_histograms, get_logs
from ack_mcp_server.timerange import TimeRange

ASKED_AT_MOST = 6  # times for one page; SLS goes on with a search when it is asked again
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.1, 1.0
_FOR_COUNTS_S = 3.0
_FOR_THE_ANSWER_S = 0.5  # what must be left of the deadline for asking again


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """`partial` says that SLS did not look at all rows in time, or that later pages failed; `more` that there are rows
    beyond the limit; `keys` are the columns of SQL, in its order."""

    rows: tuple[Row, ...]
    partial: bool = False
    more: bool = False
    keys: tuple[str, ...] = ()


async def search(
    reach: Reach,
    cluster_id: str,
    logstore: str,
    text: str,
    time_range: TimeRange,
    *,
    limit: int = PAGE,
    newest_first: bool = True,
    project: str = "",
    deadline: float | None = None,
) -> LogPage:
    """Rows of a logstore of one cluster, for programs. Raises AckError."""
    cluster = await reach.cluster(cluster_id)
    where = Logstore(region=cluster.region, project=project or cluster_project(cluster.id), name=logstore)
    window = Window.of(time_range)
    query = Query(where=where, text=text, window=window, limit=limit, newest_first=newest_first)
    return await rows_of(reach, query, deadline)


async def rows_of(reach: Reach, query: Query, deadline: float | None = None) -> LogPage:
    """Up to `query.limit` rows from its offset on. A failure after the first page leaves what came, as partial."""
    until = reach.account.edge.deadline() if deadline is None else deadline
    if query.is_sql:
        answered = await _whole(reach, query, until)
        return LogPage(rows=answered.data, partial=not answered.is_complete, keys=answered.meta.keys)
    rows: list[Row] = []
    partial, size = False, PAGE
    too_large: TooLarge | None = None
    # One more than wanted tells whether there are more.
    while len(rows) <= query.limit:
        asked = min(size, query.limit + 1 - len(rows))
        try:
            answered = await _whole(reach, query.page(query.offset + len(rows), asked), until)
        except (DeadlineExceeded, Throttled, Unavailable) as exc:
            if not rows and too_large:
                raise too_large from exc
            if not rows:
                raise
            return LogPage(rows=tuple(rows[: query.limit]), partial=True, more=True)
        except TooLarge as exc:  # rows may hold bodies of a megabyte
            if asked == 1 and not rows:
                raise
            if asked == 1:
                return LogPage(rows=tuple(rows), partial=True, more=True)
            size, too_large = max(asked // 4, 1), exc
            continue
        rows += answered.data
        partial = partial or not answered.is_complete
        if len(answered.data) < asked:
            break
    return LogPage(rows=tuple(rows[: query.limit]), partial=partial, more=len(rows) > query.limit)


async def counts(reach: Reach, query: Query, deadline: float) -> Histogram | None:
    """None where there are none to be had soon: they are an aid, not the answer."""
    until = min(deadline, time.monotonic() + _FOR_COUNTS_S)
    try:
        return Histogram(await get_histograms(reach.account, query, until))
    except AckError:
        return None


async def _whole(reach: Reach, query: Query, deadline: float) -> Answered:
    """One page, asked again while SLS is not done with it and there is time; then the last that came."""
    answered = await get_logs(reach.account, query, deadline)
    wait_s = _FIRST_WAIT_S
    for _ in range(ASKED_AT_MOST - 1):
        if answered.is_complete or time.monotonic() + wait_s + _FOR_THE_ANSWER_S > deadline:
            break
        await asyncio.sleep(wait_s)
        try:
            answered = await get_logs(reach.account, query, deadline)
        except (DeadlineExceeded, Throttled, Unavailable):
            break
        wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
    return answered
