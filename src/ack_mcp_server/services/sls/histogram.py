"""Where in time the rows of a search are: counts by time, their sum, and a line that shows them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from ack_mcp_server.services.sls.wire import COMPLETE, Bucket
from ack_mcp_server.timerange import rfc3339

_BARS = "▁▂▃▄▅▆▇█"
_NONE = "·"
_WIDEST = 40  # bars


@dataclass(frozen=True)
class Histogram:
    """Buckets in the order of time. `whole` says that every row was counted."""

    buckets: tuple[Bucket, ...]

    @property
    def total(self) -> int:
        return sum(bucket.count for bucket in self.buckets)

    @property
    def whole(self) -> bool:
        return all(bucket.progress == COMPLETE for bucket in self.buckets)

    def line(self) -> str:
        """`rows by time, 12m a bar: ··▁█▂ (most, 512, from 2026-11-21T08:12:00Z)`; empty without rows."""
        bars = _bars(self.buckets)
        if not self.total or len(bars) < 2:
            return ""
        most = max(count for _, count in bars)
        since = next(start for start, count in bars if count == most)
        sparks = "".join(_bar(count, most) for _, count in bars)
        step = max(after - before for (before, _), (after, _) in pairwise(bars))  # the first is cut to whole steps
        return f"rows by time, {_span(step)} a bar: {sparks} (most, {most:,}, from {_time(since)})"

    def last(self) -> str:
        """When the newest rows are, to the width of a bucket; empty without rows."""
        newest = next((bucket for bucket in reversed(self.buckets) if bucket.count), None)
        return _time(newest.start) if newest else ""


def _bars(buckets: tuple[Bucket, ...]) -> list[tuple[int, int]]:
    """(start, rows) of so many buckets together that there are few bars."""
    each = -(-len(buckets) // _WIDEST) or 1
    groups = [buckets[place : place + each] for place in range(0, len(buckets), each)]
    return [(group[0].start, sum(bucket.count for bucket in group)) for group in groups]


def _bar(count: int, most: int) -> str:
    return _BARS[(count * len(_BARS) - 1) // most] if count else _NONE


def _span(seconds: int) -> str:
    for unit, sign in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds // unit}{sign}"
    return f"{seconds}s"


def _time(seconds: int) -> str:
    return rfc3339(datetime.fromtimestamp(seconds, UTC))
