"""How much of a log fits into an answer, beside what is said of its search."""

from collections.abc import Sequence

from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.table import table

SAID = 600  # bytes of our own lines, beyond those that every answer has


def rows_that_fit(headers: Sequence[str], rows: Sequence[Sequence[object]], room: Room) -> int:
    """How many of the first rows fit as a table; at least one, so that continuing gets on."""
    limit = room.content - SAID
    low, high = 1, len(rows)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _bytes(table(headers, rows[:middle])) <= limit else (low, middle - 1)
    return min(low, len(rows))


def texts_that_fit(texts: Sequence[str], room: Room) -> int:
    """The same of texts, one or more lines each."""
    used, limit = 0, room.content - SAID
    for place, text in enumerate(texts):
        used += _bytes(text) + 1
        if used > limit:
            return max(place, 1)
    return len(texts)


def _bytes(text: str) -> int:
    return len(text.encode(errors="replace"))
