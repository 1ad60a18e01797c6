"""The time that a search is of, in nanoseconds since 1970, as Loki counts; also when an answer is continued."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.timerange import TimeRange, parse_start, parse_time, rfc3339

_KIND = "n"  # since, until, and lines of the last nanosecond that were shown
_US = timedelta(microseconds=1)
_BEGINNING = datetime.fromtimestamp(0, UTC)
LATEST = 253_402_300_799 * 10**9  # the last second of the calendar
MOST_SKIPPED = 2000  # lines of one nanosecond


@dataclass(frozen=True)
class Span:
    """From `since` on, before `until`. Of the lines in the last nanosecond before it `skip` were shown already."""

    since: int
    until: int
    skip: int = 0

    @classmethod
    def of(cls, room: Room, since: str, until: str, now: datetime) -> "Span":
        """A continued answer keeps the time of the first, because times such as 1h move. Raises InvalidInput."""
        if counts := room.counts(_KIND, 3):
            begin, end, skip = counts
            if not begin < end <= LATEST or skip > MOST_SKIPPED:
                raise InvalidInput("continue holds no time", next_step="Repeat the call without continue.")
            return cls(begin, end, skip)
        end_at = parse_time(until, now=now) if until.strip() else now
        times = TimeRange(start=parse_start(since or "1h", end=end_at, end_text=until, now=now), end=end_at).begun(now)
        return cls(max(_nanoseconds(times.start), 0), _nanoseconds(times.end))

    def before(self, room: Room, oldest: int, shown_then: int) -> str:
        """What continues behind a line of the time `oldest`, of which instant so many were shown; empty at the end."""
        if not self.is_crowded(oldest, shown_then):
            return room.token(_KIND, self.since, oldest + 1, self._behind(oldest) + shown_then)
        return room.token(_KIND, self.since, oldest, 0) if oldest > self.since else ""

    def is_crowded(self, oldest: int, shown_then: int) -> bool:
        """Whether an instant holds more lines than are gone through; what is left of it is left out."""
        return self._behind(oldest) + shown_then > MOST_SKIPPED

    def _behind(self, oldest: int) -> int:
        return self.skip if oldest == self.until - 1 else 0

    def told(self) -> str:
        return f"{rfc3339(moment(self.since))} to {rfc3339(moment(self.until))}"


def moment(nanoseconds: int) -> datetime:
    """To the microsecond; the end of the calendar for what is beyond it."""
    return _BEGINNING + timedelta(microseconds=min(max(nanoseconds, 0), LATEST) // 1000)


def _nanoseconds(at: datetime) -> int:
    return (at - _BEGINNING) // _US * 1000
