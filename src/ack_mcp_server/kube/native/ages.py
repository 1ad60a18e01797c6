"""Durations as kubectl tells them: `42s`, `11m`, `3h25m`, `6d23h`, `2y41d`, and Go's own `1h2m3.5s`."""

from datetime import UTC, datetime, timedelta

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400
_UNKNOWN = "<unknown>"
_SOON = -1  # seconds by which clocks may differ


def human_duration(seconds: float) -> str:
    """As apimachinery's duration.HumanDuration: two units while the first is small."""
    whole = int(seconds)
    if whole < _SOON:
        return "<invalid>"
    if whole < 2 * _MINUTE:
        return f"{max(whole, 0)}s"
    for below, unit, sign, rest_unit, rest_sign in _STEPS:
        if whole < below:
            rest = whole % unit // rest_unit if rest_unit else 0
            return f"{whole // unit}{sign}{f'{rest}{rest_sign}' if rest else ''}"
    return f"{whole // _YEAR}y"


# Below how many seconds, in which unit, and with which rest beside it.
_STEPS = (
    (10 * _MINUTE, _MINUTE, "m", 1, "s"),
    (3 * _HOUR, _MINUTE, "m", 0, ""),
    (8 * _HOUR, _HOUR, "h", _MINUTE, "m"),
    (2 * _DAY, _HOUR, "h", 0, ""),
    (8 * _DAY, _DAY, "d", _HOUR, "h"),
    (2 * _YEAR, _DAY, "d", 0, ""),
    (8 * _YEAR, _YEAR, "y", _DAY, "d"),
)


def go_duration(elapsed: timedelta) -> str:
    """As Go's time.Duration prints itself, for a second and more."""
    minutes, seconds = divmod(elapsed.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    rest = f"{seconds:.6f}".rstrip("0").rstrip(".")
    return f"{f'{hours}h' if hours else ''}{f'{minutes}m' if hours or minutes else ''}{rest}s"


def moment(stamp: str | None) -> datetime | None:
    """Of an RFC 3339 stamp; None for a missing one, and for Go's zero time. Raises ValueError."""
    if not stamp or stamp.startswith("0001-01-01T00:00:00"):
        return None
    found = datetime.fromisoformat(stamp)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def age(stamp: str | None, now: datetime) -> str:
    """How long ago a stamp is. Raises ValueError for what is no stamp."""
    found = moment(stamp)
    return human_duration((now - found).total_seconds()) if found else _UNKNOWN
