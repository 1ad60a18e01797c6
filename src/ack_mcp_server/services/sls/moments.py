"""Times of rows: as short as their window allows, and as ages."""

from datetime import UTC, datetime

from ack_mcp_server.services.sls.wire import Row, Window
from ack_mcp_server.timerange import rfc3339

_SPANS = ((86400, "d"), (3600, "h"), (60, "m"))


def row_time(row: Row) -> datetime:
    """When SLS says that the row was written; 1970 where it says nothing readable."""
    text = str(row.get("__time__", ""))
    return datetime.fromtimestamp(int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0, UTC)


def stamp(text: object) -> datetime | None:
    """Of an RFC 3339 text with a zone, in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def short(moment: datetime, window: Window) -> str:
    """`08:12:43` where the window is of one day, else `11-21 08:12:43`; UTC."""
    one_day = window.start.date() == window.end.date()
    return f"{moment.astimezone(UTC):{'%H:%M:%S' if one_day else '%m-%d %H:%M:%S'}}"


def span(seconds: float) -> str:
    """`42s`, `5m`, `3h`, `7d`."""
    whole = max(int(seconds), 0)
    for unit, sign in _SPANS:
        if whole >= 2 * unit or whole == unit:
            return f"{whole // unit}{sign}"
    return f"{whole}s"


def told(window: Window) -> str:
    return f"{rfc3339(window.start)} to {rfc3339(window.end)}"
