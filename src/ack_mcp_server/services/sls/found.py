"""What an answer says of its search, so that a reader can act on it: where, when, what and how many; and where else
rows would be when there are none."""

from dataclasses import dataclass, replace

from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls.histogram import Histogram
from ack_mcp_server.services.sls.logs import LogPage, counts, rows_of
from ack_mcp_server.services.sls.moments import span, told
from ack_mcp_server.services.sls.search import EVERYTHING
from ack_mcp_server.services.sls.wire import Query, Window

_WIDER_S = 7 * 86400
_PARTIAL = "SLS had not searched everything when the time was up: rows may be missing; a shorter time range helps"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of a search. `total` is None where it is not known; `by_time` and `elsewhere` are sentences."""

    query: Query
    page: LogPage
    total: int | None = None
    by_time: str = ""
    elsewhere: str = ""

    def headline(self, shown: int, what: str) -> str:
        """`20 of 1,234 audit entries, newest first, of <logstore>, <from> to <to>; search: …`."""
        count = f"{shown:,}" if self.total is None or self.total == shown else f"{shown:,} of {self.total:,}"
        beyond = " (there are more)" if self.total is None and self.page.more else ""
        order = ", newest first," if shown > 1 else ""
        where = f"{self.query.where.told}, {told(self.query.window)}"
        asked = "" if self.query.text == EVERYTHING else f"; search: {self.query.text}"
        return f"{count if shown or self.total else 'no'} {what}{beyond}{order} of {where}{asked}"

    def notes(self) -> tuple[str, ...]:
        partial = _PARTIAL if self.page.partial else ""
        return tuple(note for note in (self.by_time, self.elsewhere, partial) if note)


async def find(reach: Reach, query: Query, deadline: float) -> Found:
    """One page, and counts where it is empty or not all. Raises AckError."""
    page = await rows_of(reach, query, deadline)
    if page.more:
        histogram = await counts(reach, query, deadline)
        return Found(query=query, page=page, total=_total(histogram), by_time=histogram.line() if histogram else "")
    if page.rows or query.offset:
        return Found(query=query, page=page, total=None if page.partial else query.offset + len(page.rows))
    return Found(query=query, page=page, total=0, elsewhere=await _elsewhere(reach, query, deadline))


def _total(histogram: Histogram | None) -> int | None:
    return histogram.total if histogram and histogram.whole else None


async def _elsewhere(reach: Reach, query: Query, deadline: float) -> str:
    """Whether the same search finds something in the days before; nothing where that cannot be told."""
    width = max(_WIDER_S, 4 * query.window.seconds)
    wider = Window(since=max(query.window.until - width, 0), until=query.window.until)
    histogram = await counts(reach, replace(query, window=wider), deadline)
    if histogram is None:
        return ""
    if not histogram.total:
        return f"the same search finds nothing in the {span(width)} before either"
    return f"the same search finds {histogram.total:,} in the {span(width)} before, the newest since {histogram.last()}"
