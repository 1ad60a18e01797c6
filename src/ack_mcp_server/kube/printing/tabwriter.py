"""Elastic tab stops as text/tabwriter sets them, for cells that hold tabs or line breaks, or are not in every row.

A column lasts as long as lines follow each other that have a cell behind it. kubectl's writer remembers widths: a
column that begins anew is at least as wide as it was before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ack_mcp_server.kube.printing.errors import NotUnderstood

_MOST_CELLS = 200  # in a line; each costs a frame
_CELL_END = re.compile("[\t\v]")
_LINE_END = re.compile("([\n\f])")


def aligned(rows: Sequence[Sequence[str]], *, minwidth: int, padding: int) -> list[str]:
    """Raises NotUnderstood."""
    writer = _Writer(minwidth, padding)
    waiting: list[list[str]] = []
    for text in map("\t".join, rows):
        ended = _LINE_END.split(text + "\n")[:-1]
        for line, end in zip(ended[::2], ended[1::2], strict=True):
            cells = _CELL_END.split(line)
            waiting.append(cells)
            # What stands before such a line is printed, and then does not hear of later widths.
            if end == "\f" or len(cells) == 1:
                writer.block(waiting, [])
                waiting = []
    writer.block(waiting, [])
    return writer.lines


@dataclass
class _Writer:
    minwidth: int
    padding: int
    remembered: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def block(self, lines: list[list[str]], widths: list[int]) -> None:
        """Prints lines whose first columns have these widths."""
        column = len(widths)
        if column > _MOST_CELLS:
            raise NotUnderstood("a table with too many tabs")
        place = printed = 0
        while place < len(lines):
            if column >= len(lines[place]) - 1:
                place += 1
                continue
            self._print(lines[printed:place], widths)
            printed = place
            while place < len(lines) and column < len(lines[place]) - 1:
                place += 1
            part = lines[printed:place]
            longest = max(len(line[column]) for line in part)
            self.block(part, [*widths, self._width(column, max(self.minwidth, longest + self.padding))])
            printed = place
        self._print(lines[printed:], widths)

    def _width(self, column: int, width: int) -> int:
        if column == len(self.remembered):
            self.remembered.append(width)
        self.remembered[column] = max(self.remembered[column], width)
        return self.remembered[column]

    def _print(self, lines: list[list[str]], widths: list[int]) -> None:
        for line in lines:
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=False))
            self.lines.append("".join([*padded, *line[len(widths) :]]))
