"""The only parser of times: RFC 3339, unix seconds and milliseconds, and times relative to now.

Every result is timezone-aware UTC; the clock is passed in.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PART = re.compile(r"(\d{1,9})([smhdw])", re.ASCII)
_RELATIVE = re.compile(r"(?:now\s*-\s*)?((?:\d{1,9}[smhdw])+)(?:\s+ago)?", re.ASCII)
_UNIX = re.compile(r"\d{1,16}(\.\d{1,9})?", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)
_MILLISECONDS_FROM = 1e11  # as seconds this would be the year 5138
_LONGEST_TEXT = 64
_SPAN = re.compile(r"(?:\d{1,9}[smhdw])+", re.ASCII)
_BEGINNING = datetime.fromtimestamp(0, UTC)

FORMS = "Use RFC 3339 with a zone (2026-11-21T08:00:00Z), unix seconds or milliseconds, now, now-1h, 30m or '2h ago'."


@dataclass(frozen=True, kw_only=True)
class TimeRange:
    """From `start` to `end`, both aware; start is before end."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidInput(
                f"the time range is empty: start {rfc3339(self.start)} is not before end {rfc3339(self.end)}",
                next_step="Give a start_time that is earlier than end_time.",
            )

    def begun(self, now: datetime) -> "TimeRange":
        """Itself. Raises InvalidInput where it lies in the future, of which no log tells."""
        if self.start > now:
            raise InvalidInput(in_the_future(now), next_step="Give a start_time before that, such as 1h.")
        return self

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment <= self.end


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def in_the_future(now: datetime) -> str:
    return f"the time range lies in the future: it is now {rfc3339(now)}"


def parse_time(text: str, *, now: datetime) -> datetime:
    """One moment. Raises InvalidInput for anything else, also for a local time without a zone."""
    value = text.strip()
    if not value or len(value) > _LONGEST_TEXT:
        raise _not_a_time(text)
    try:
        moment = _parse(value, now)
    except (ValueError, OverflowError) as exc:
        raise _not_a_time(text) from exc
    if moment is None:
        raise _not_a_time(text)
    return moment


def parse_start(text: str, *, end: datetime, end_text: str, now: datetime) -> datetime:
    """A plain span (1h) is counted from now, as the end is where that is relative too; before an end that is a moment
    of the past, or where it would not be before the end, it is as long as it says. Everything else is a moment.

    Raises InvalidInput.
    """
    start = parse_time(text, now=now)
    is_span = _SPAN.fullmatch(text.strip().lower()) is not None and end < now
    from_now = _RELATIVE.fullmatch(end_text.strip().lower()) is not None and start < end
    return parse_time(text, now=end) if is_span and not from_now else start


def optional_range(start: str, end: str, *, now: datetime) -> TimeRange | None:
    """One bound is enough: the end defaults to now, the start to the beginning. None without any."""
    if not start.strip() and not end.strip():
        return None
    until = parse_time(end, now=now) if end.strip() else now
    since = parse_start(start, end=until, end_text=end, now=now) if start.strip() else _BEGINNING
    return TimeRange(start=since, end=until)


def _parse(value: str, now: datetime) -> datetime | None:
    if value.lower() == "now":
        return now
    if relative := _RELATIVE.fullmatch(value.lower()):
        return now - _duration(relative.group(1))
    if _UNIX.fullmatch(value):
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds, UTC)
    if _RFC3339.fullmatch(value):
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    return None


def _duration(text: str) -> timedelta:
    return timedelta(seconds=sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text)))


def _not_a_time(text: str) -> InvalidInput:
    return InvalidInput(f"{shown(text)} is not a time this tool understands", next_step=FORMS)
