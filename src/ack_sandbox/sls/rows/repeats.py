"""When an event was said: its first times one by one, later once in five minutes, as clients hold back what recurs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ack_sandbox.kube.hearing import OFTEN, SELDOM
from ack_sandbox.kube.objects import Object, parse_time

DAY = timedelta(hours=24)


def moments(event: Object) -> Iterator[tuple[datetime, int]]:
    """Moments in the order of time, each with the count that the event had by then."""
    count, first, last = (
        event.get("count") or 1,
        parse_time(event["firstTimestamp"]),
        parse_time(event["lastTimestamp"]),
    )
    period = (last - first) / (count - 1) if count > 1 else SELDOM
    step = max(1, int(SELDOM / period)) if period else 1
    # Of what goes on for days only the last one is told.
    skipped = max(0, int((last - DAY - first) / period)) if period else 0
    number = 1 + skipped // step * step
    while number < count:
        yield first + (number - 1) * period, number
        number += 1 if number < OFTEN else step
    yield last, count
