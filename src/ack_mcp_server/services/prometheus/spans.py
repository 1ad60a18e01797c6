"""A range in one argument, as other servers take it: `last_1h`, `1h`, `now-2h~now-1h`."""

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

_NEXT = "Use such as last_1h, or now-2h~now-1h."


def bounds_of(time_range: str, start: str, end: str) -> tuple[str, str]:
    """Start and end as two arguments say it; `windows` judges what they are. Raises InvalidInput."""
    text = time_range.strip()
    if not text:
        return start, end
    if start.strip() or end.strip():
        raise InvalidInput("time_range stands beside start_time or end_time", next_step="Give one of the two.")
    first, tilde, last = text.partition("~")
    begin = first.strip().removeprefix("last_")
    if not begin or (tilde and not last.strip()):
        raise InvalidInput(f"{shown(text)} is no time range", next_step=_NEXT)
    return begin, last.strip()
