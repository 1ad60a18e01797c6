"""GetHistograms: how many rows match a search, interval by interval."""

from bisect import bisect_right

from ack_sandbox.cloud.wire import Answer, Json
from ack_sandbox.sls.calls import Call, text
from ack_sandbox.sls.encoding import answer
from ack_sandbox.sls.query import Window, read_window, split
from ack_sandbox.sls.selection import select

MOST_INTERVALS = 60
MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY),
)


def get_histograms(call: Call) -> Answer:
    """The analysis of a query does not count."""
    window = read_window(call.query)
    search, _ = split(text(call.query, "query"))
    selection = select(call, window, search, text(call.query, "topic"))
    starts = boundaries(window)
    counts = [0] * len(starts)
    for row in selection.matching():
        counts[bisect_right(starts, int(row["__time__"])) - 1] += 1
    ends = [*starts[1:], window.until]
    body: list[Json] = [
        {"from": start, "to": end, "count": count, "progress": "Complete"}
        for start, end, count in zip(starts, ends, counts, strict=True)
    ]
    headers = {"x-log-progress": "Complete", "x-log-count": str(sum(counts))}
    return answer(body, call.request_id, headers)


def boundaries(window: Window) -> list[int]:
    """Where intervals begin: at the window's beginning, then at whole steps; the same for the same window."""
    length = window.until - window.since
    step = next((step for step in STEPS_S if length / step < MOST_INTERVALS), None)
    step = step or -(-length // (MOST_INTERVALS * DAY)) * DAY
    first = window.since - window.since % step + step
    return [window.since, *range(first, window.until, step)]
