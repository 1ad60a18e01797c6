"""What part of a log an answer is about: a window of time and where in it to begin, also when continued."""

from dataclasses import dataclass
from datetime import datetime

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.sls.logs import LogPage
from ack_mcp_server.services.sls.wire import LATEST, Window
from ack_mcp_server.timerange import TimeRange, parse_start, parse_time

_KIND = "s"  # since, until, rows before, and what is skipped of what the rows made


@dataclass(frozen=True, kw_only=True)
class Place:
    """`offset` counts rows that earlier answers held; `skip` what they showed of the page that follows."""

    window: Window
    offset: int = 0
    skip: int = 0

    @classmethod
    def of(cls, room: Room, start: str, end: str, now: datetime) -> "Place":
        """A continued answer keeps the window of the first, because times such as 1h move. Raises InvalidInput."""
        if counts := room.counts(_KIND, 4):
            since, until, offset, skip = counts
            if not since < until <= LATEST:
                raise InvalidInput("continue holds no time range", next_step="Repeat the call without continue.")
            return cls(window=Window(since=since, until=until), offset=offset, skip=skip)
        until_at = parse_time(end, now=now) if end.strip() else now
        asked = TimeRange(start=parse_start(start, end=until_at, end_text=end, now=now), end=until_at)
        return cls(window=Window.of(asked.begun(now)))

    def after(self, room: Room, page: LogPage, *, shown: int, whole: bool) -> str:
        """What continues: the same page without the `shown` ones when it did not fit, which keeps its order, else the
        rows behind it; empty at the end."""
        if not whole:
            return self._token(room, self.offset, self.skip + shown)
        return self._token(room, self.offset + len(page.rows), 0) if page.more else ""

    def _token(self, room: Room, offset: int, skip: int) -> str:
        return room.token(_KIND, self.window.since, self.window.until, offset, skip)
