"""When targets are scraped: on the full minute long ago, every half minute from two hours before the region opened.

Windows of two minutes hold two samples anywhere in the history, windows of one minute in its recent part.
"""

from collections.abc import Sequence
from functools import lru_cache

INTERVAL = 30
OLD_INTERVAL = 60
RECENT = 2 * 3600
HISTORY = 24 * 3600


def began(opened: float) -> float:
    """The time of the first scrape."""
    return (opened - HISTORY) // OLD_INTERVAL * OLD_INTERVAL


@lru_cache(maxsize=64)
def scrape_times(opened: float, start: float, end: float) -> Sequence[float]:
    """All in [start, end], seconds. Equal questions share one answer."""
    change = int((opened - RECENT) // OLD_INTERVAL * OLD_INTERVAL)
    start = max(start, began(opened))
    old = range(_next(start, OLD_INTERVAL), min(change, int(end) + 1), OLD_INTERVAL)
    new = range(max(change, _next(start, INTERVAL)), int(end) + 1, INTERVAL)
    return [float(at) for part in (old, new) for at in part]


def _next(at: float, interval: int) -> int:
    return int(-(-at // interval) * interval)
