"""An event as a line of kubectl's table."""

from ack_mcp_server.kube.native.ages import age
from ack_mcp_server.kube.native.asked import Asked, Json

_HEADERS = ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")
_TERMINAL = str.maketrans({"\x1b": "^[", "\r": "\\r"})


def headers_of(asked: Asked) -> tuple[str, ...]:
    return ("NAMESPACE", *_HEADERS) if asked.everywhere else _HEADERS


def row_of(asked: Asked, event: Json) -> list[str]:
    """Raises ValueError for times that are none."""
    about = event.get("involvedObject") or {}
    texts = (
        event.get("type", ""),
        event.get("reason", ""),
        f"{about.get('kind', '')}/{about.get('name', '')}",
        event.get("message", "").strip(),
    )
    row = [_last_seen(asked, event), *(text.translate(_TERMINAL) for text in texts)]
    return [event["metadata"].get("namespace", ""), *row] if asked.everywhere else row


def _last_seen(asked: Asked, event: Json) -> str:
    now = asked.now()
    first = age(event.get("eventTime") or event.get("firstTimestamp"), now)
    if series := event.get("series"):
        return f"{age(series.get('lastObservedTime'), now)} (x{series.get('count', 0)} over {first})"
    count = event.get("count") or 0
    return f"{age(event.get('lastTimestamp'), now)} (x{count} over {first})" if count > 1 else first
