"""Durations as kubectl's users know them: 42s, 11m, 3h25m, 6d23h, 2y41d."""

from datetime import datetime, timedelta

from ack_sandbox.kube.objects import Object, dig, parse_time

UNKNOWN = "<unknown>"
DAY = 24
YEAR = 365 * DAY


def human_duration(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    if seconds < -1:
        return "<invalid>"
    if seconds < 120:
        return f"{max(seconds, 0)}s"
    if seconds < 3 * 3600:
        return _with_rest(seconds // 60, "m", seconds % 60, "s") if seconds < 600 else f"{seconds // 60}m"
    return _hours(seconds // 3600, seconds // 60 % 60)


def _hours(hours: int, minutes: int) -> str:
    if hours < 8:
        return _with_rest(hours, "h", minutes, "m")
    if hours < 2 * DAY:
        return f"{hours}h"
    if hours < 8 * DAY:
        return _with_rest(hours // DAY, "d", hours % DAY, "h")
    if hours < 2 * YEAR:
        return f"{hours // DAY}d"
    if hours < 8 * YEAR:
        return _with_rest(hours // YEAR, "y", hours // DAY % 365, "d")
    return f"{hours // YEAR}y"


def _with_rest(large: int, unit: str, rest: int, rest_unit: str) -> str:
    return f"{large}{unit}{rest}{rest_unit}" if rest else f"{large}{unit}"


def since(moment: str | None, now: datetime) -> str:
    return human_duration(now - parse_time(moment)) if moment else UNKNOWN


def age(obj: Object, now: datetime) -> str:
    return since(dig(obj, "metadata", "creationTimestamp"), now)
