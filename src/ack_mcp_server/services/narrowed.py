"""The words for what a list was narrowed by, so that an empty one is not read as all there is."""

from ack_mcp_server.answers.clean import one_line

_LONGEST = 80
_MOST = 3


def narrowed(**filters: str | tuple[str, ...]) -> str:
    """` with state=failed`, or nothing where no filter is said."""
    said = [f"{name}={_shown(value)}" for name, value in filters.items() if value]
    return f" with {', '.join(said)}" if said else ""


def _shown(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return one_line(value, _LONGEST)
    more = f" and {len(value) - _MOST} more" if len(value) > _MOST else ""
    return "|".join(one_line(each, _LONGEST) for each in value[:_MOST]) + more
