"""What a command printed, before the output path: text, and tables of which only the rows that are shown are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.rows import Row, Rows, RowWindow
from ack_mcp_server.kube.native.logs.block import LogBlock
from ack_mcp_server.kube.printing.errors import NotUnderstood
from ack_mcp_server.kube.printing.table import render_rows


@dataclass(frozen=True)
class TableBlock:
    """`what` names the kind for a reader; `headed` is False with --no-headers; `alone` prints headers without rows."""

    what: str
    rows: Rows
    headed: bool = True
    alone: bool = False

    @cached_property
    def text(self) -> str:
        kept = self.rows.kept
        if not kept and not (self.headed and self.alone):
            return ""
        rows = [self.rows.headers, *kept] if self.headed else kept
        try:
            return text_of(render_rows(rows))
        except NotUnderstood:  # more tabs than a table has columns
            return text_of(render_rows([[" ".join(cell.split()) for cell in row] for row in rows]))


Block = str | TableBlock | LogBlock


@dataclass
class Printed:
    """`complaints` are the lines of stderr. `ended` says why it stopped before its end, empty when it did not.
    `redacted` says that the blocks were printed from objects without their secrets. `unsorted` counts the rows that
    kubectl leaves out without a word, because none of them has what they were to be sorted by."""

    blocks: list[Block] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    exit_code: int = 0
    ended: str = ""
    redacted: bool = False
    unsorted: int = 0
    # This server's own words: above what was printed, and below it.
    heading: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def stdout(self) -> str:
        """As kubectl prints it: tables apart by an empty line where they have headers."""
        texts: list[str] = []
        for block in self.blocks:
            text = block if isinstance(block, str) else block.text
            apart = isinstance(block, TableBlock) and block.headed and text and any(texts)
            texts.append(f"\n{text}" if apart else text)
        return "".join(texts)

    @property
    def stderr(self) -> str:
        return "".join(f"{line}\n" for line in self.complaints)

    @property
    def tables(self) -> list[TableBlock]:
        return [block for block in self.blocks if isinstance(block, TableBlock)]

    def fail(self, line: str) -> None:
        """The same line is said once."""
        self.exit_code = 1
        if line not in self.complaints:
            self.complaints.append(line)

    def room_left(self, room: Room) -> Room:
        """For the next table: none after one of which rows are left, because the answer continues there."""
        cut = any(table.rows.token for table in self.tables)
        return room.less(room.max_bytes if cut else sum(len(table.text) for table in self.tables))


def block_of(
    what: str, window: RowWindow, rows: Iterable[Row] = (), *, headed: bool = True, alone: bool = False
) -> TableBlock:
    """A finished table."""
    for row in rows:
        window.add(row)
    return TableBlock(what, window.finish(), headed, alone)


def text_of(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
