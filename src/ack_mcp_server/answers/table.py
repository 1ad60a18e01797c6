"""Plain tables, columns aligned by spaces as kubectl prints them: the cheapest form that models read well."""

import unicodedata
from collections.abc import Iterable, Sequence

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import disarm

GAP = "   "
NOTHING = "-"


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns in which every row is empty are left out."""
    lines = [[_cell(value) for value in row] for row in rows]
    kept = [i for i in range(len(headers)) if any(line[i] != NOTHING for line in lines)]
    grid = [[headers[i] for i in kept], *([line[i] for i in kept] for line in lines)]
    widths = [max(_width(line[column]) for line in grid) for column in range(len(kept))]
    return "\n".join(_line(line, widths) for line in grid)


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """One `name: value` a line; what is empty is left out."""
    return "\n".join(f"{name}: {text}" for name, value in pairs if (text := _cell(value)) != NOTHING)


def _cell(value: object) -> str:
    if value is None or value == "" or value == ():
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return ",".join(_cell(item) for item in value)
    return disarm(one_line(str(value))) or NOTHING


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return GAP.join(padded).rstrip()
