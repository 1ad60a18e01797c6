"""Texts of several lines: which lines went and which came."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from ack_mcp_server.kube.writes.wording import value_of

_MOST_COMPARED = 400  # lines between the first and the last difference; comparing takes their square
_MOST_SHOWN = 40


def line_changes(old: str, new: str) -> list[str]:
    """Each line with `-` or `+`; what is too much is counted."""
    before, after = old.split("\n"), new.split("\n")
    first = _alike(before, after)
    before, after = before[first:], after[first:]
    last = _alike(before[::-1], after[::-1])
    before, after = before[: len(before) - last], after[: len(after) - last]
    if max(len(before), len(after)) > _MOST_COMPARED:
        return [f"{len(before)} lines become {len(after)}"]
    lines = list(_compared(before, after))
    rest = len(lines) - _MOST_SHOWN
    return [*lines[:_MOST_SHOWN], *([f"… and {rest} more lines"] if rest > 0 else [])]


def _alike(before: list[str], after: list[str]) -> int:
    """How many lines both begin with."""
    pairs = zip(before, after, strict=False)
    return next((at for at, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))


def _compared(before: list[str], after: list[str]) -> Iterator[str]:
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield from (f"- {value_of(line)}" for line in before[a:b])
            yield from (f"+ {value_of(line)}" for line in after[c:d])
