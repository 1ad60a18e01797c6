"""Printed tables: cells by the name of their column, which is all that says what a bare password is."""

import re
from collections.abc import Mapping, Sequence

from ack_mcp_server.redaction.marks import mark
from ack_mcp_server.redaction.names import Secrecy, secrecy
from ack_mcp_server.redaction.values import is_harmless

Row = Sequence[str]

_HEADER = re.compile(r"[A-Z][^a-z]*")
_NAME = re.compile(r"\S+(?: \S+)*")


def without_named(headers: Row, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows without the values of columns whose names say that they are secret, such as a custom resource's."""
    said = {place: found for place, name in enumerate(headers) if (found := _secrecy(name)) is not Secrecy.NONE}
    return [_shown(row, said) for row in rows] if said else rows


def _secrecy(header: str) -> Secrecy:
    return secrecy(header.lower().replace(" ", "_"))


def _shown(row: Row, said: Mapping[int, Secrecy]) -> Row:
    """A column `SECRET` names an object more often than it holds anything."""
    return [
        mark(said[place].value, cell)
        if place in said and not is_harmless(cell, said[place], prose=said[place] is Secrecy.REFERENCE)
        else cell
        for place, cell in enumerate(row)
    ]


def redact_table(text: str, *, headed: bool = True) -> str:
    """Tables that kubectl has printed with their headers, without the values of such columns; `headed` is whether the
    headers stay."""
    lines: list[str] = []
    said: dict[int, Secrecy] = {}
    starts: list[int] = []
    begins = True
    for line in text.split("\n"):
        if begins and _HEADER.fullmatch(line):
            found = [(name.start(), _secrecy(name[0])) for name in _NAME.finditer(line)]
            starts = [start for start, _ in found]
            said = {place: what for place, (_, what) in enumerate(found) if what is not Secrecy.NONE}
            lines += [line] if headed else []
        elif line or headed:
            lines.append(_cut_up(line, starts, said) if line and said else line)
        begins = not line
    return "\n".join(lines) + ("\n" if not headed and lines else "")


def _cut_up(line: str, starts: Sequence[int], said: Mapping[int, Secrecy]) -> str:
    """A row that a longer cell has pushed aside, as in a watch, keeps its first word alone."""
    if any(line[start - 1 : start].strip() for start in starts[1:]):
        name = line.split(None, 1)[0]
        return f"{name}   {mark('row', line[len(name) :].strip())}"
    ends = [*starts[1:], len(line)]
    cells = [line[start:end].rstrip() for start, end in zip(starts, ends, strict=True)]
    widths = [end - start for start, end in zip(starts, ends, strict=True)]
    shown = [cell.ljust(width) for cell, width in zip(_shown(cells, said), widths, strict=True)]
    return "".join(
        f"{cell}  " if len(cell) > width else cell for cell, width in zip(shown, widths, strict=True)
    ).rstrip()
