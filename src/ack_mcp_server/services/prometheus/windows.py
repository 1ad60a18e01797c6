"""When a query is asked for: one moment, or a range with a step that keeps an answer small."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.timerange import TimeRange, parse_start, parse_time

FEW_POINTS = 200  # of a series, when the call names no step
MOST_POINTS = 11_000  # Prometheus refuses more
LEAST_STEP_S = 15  # as often as ACK's Prometheus scrapes at most
_ONE_HOUR = timedelta(hours=1)
_STEPS = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?", re.ASCII)
_DURATION = re.compile(r"(?:\d{1,9}(?:ms|[smhdwy]))+", re.ASCII)
_PART = re.compile(r"(\d+)(ms|[smhdwy])", re.ASCII)


@dataclass(frozen=True)
class Window:
    """Without a step it is the moment `end`."""

    start: datetime
    end: datetime
    step_s: float = 0

    @property
    def is_instant(self) -> bool:
        return not self.step_s


def window(start: str, end: str, step: str, *, now: datetime) -> Window:
    """One bound is enough: from the start until now, or the hour before the end. Raises InvalidInput."""
    if not start.strip() and not end.strip():
        if step.strip():
            raise InvalidInput("step is for a range", next_step="Give start_time too, such as 1h, or leave step out.")
        return Window(now, now)
    until = parse_time(end, now=now) if end.strip() else now
    since = parse_start(start, end=until, end_text=end, now=now) if start.strip() else _hour_before(until)
    length = TimeRange(start=since, end=until)
    return Window(since, until, step_of(step, (length.end - length.start).total_seconds()))


def step_of(text: str, length_s: float) -> float:
    """Seconds. Raises InvalidInput for one that would make too many points."""
    if not text.strip():
        return fitting_step(length_s, FEW_POINTS)
    step_s = _parsed(text.strip())
    if length_s / step_s + 1 > MOST_POINTS:
        fits = fitting_step(length_s, MOST_POINTS)
        raise InvalidInput(
            f"a step of {shown(text)} makes {math.floor(length_s / step_s) + 1:,} points; "
            f"Prometheus takes {MOST_POINTS:,}",
            next_step=f"Use a step of {told_seconds(fits)} or more, or a shorter time.",
        )
    return step_s


def fitting_step(length_s: float, points: int) -> float:
    """The smallest usual step with at most so many points."""
    least = max(length_s / (points - 1), LEAST_STEP_S)
    days = math.ceil(least / _STEPS[-1]) * _STEPS[-1]
    return float(next((step for step in _STEPS if step >= least), days))


def told_seconds(seconds: float) -> str:
    """`90s`, `15m`, `6h`, `2d`."""
    for unit in ("d", "h", "m"):
        count = seconds / _UNITS[unit]
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{seconds:g}s"


def moment(at: float) -> datetime:
    """Raises ValueError or OverflowError for what is no time."""
    return datetime.fromtimestamp(at, UTC)


def _hour_before(until: datetime) -> datetime:
    try:
        return until - _ONE_HOUR
    except OverflowError as exc:
        raise InvalidInput("end_time is before all times", next_step="Give a later one.") from exc


def _parsed(text: str) -> float:
    if _NUMBER.fullmatch(text):
        seconds = float(text)
    elif _DURATION.fullmatch(text):
        seconds = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(text))
    else:
        seconds = 0
    if seconds <= 0:
        raise InvalidInput(f"{shown(text)} is not a step", next_step="Use a duration such as 30s, 5m or 1h.")
    return seconds
