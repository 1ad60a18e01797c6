"""Columns as kubectl aligns them: six wide, or three wider than their longest cell; `rollout history` differs."""

import re
from collections.abc import Sequence
from typing import cast

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.tabwriter import aligned

_BREAK = re.compile("[\f\n\r]")
_SPECIAL = re.compile("[\f\n\r\x1b]")
_MOVES = re.compile("[\t\n\v\f]")


def cell_text(value: object) -> str:
    """A cell of a server's Table: cut at its first line break, ESC made visible, null empty."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else go.go_string(value)
    if not _SPECIAL.search(text):
        return text
    whole, *rest = _BREAK.split(text, 1)
    return whole.replace("\x1b", "^[") + ("..." if rest else "")


def column_texts(values: Sequence[object]) -> list[str]:
    """`cell_text` of each; at once where all are plain text, because most are."""
    try:
        plain = not _SPECIAL.search("\0".join(cast(Sequence[str], values)))
    except TypeError:  # not only texts
        plain = False
    return list(cast(Sequence[str], values)) if plain else [cell_text(value) for value in values]


def render_rows(rows: Sequence[Sequence[str]], *, minwidth: int = 6, padding: int = 3) -> list[str]:
    """Lines without their breaks. `rollout history` has a `minwidth` of 0 and a `padding` of 2.

    Raises NotUnderstood for a cell with more tabs than a table has columns.
    """
    if not rows:
        return []
    lengths = {len(row) for row in rows}
    if len(lengths) > 1 or lengths == {0} or _MOVES.search("".join(map("".join, rows))):
        return aligned(rows, minwidth=minwidth, padding=padding)
    *padded, _last = zip(*rows, strict=True)
    widths = [max(minwidth, max(map(len, cells)) + padding) for cells in padded]
    layout = "".join(f"%-{width}s" for width in widths) + "%s"
    return [layout % tuple(row) for row in rows]
