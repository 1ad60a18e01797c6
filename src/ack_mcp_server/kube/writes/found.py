"""What a reader finds in a manifest, and how it tells what cannot be read: by line, never by value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ack_mcp_server.errors import InvalidInput

Json = dict[str, Any]
DEEPEST = 50  # levels of nesting


@dataclass(frozen=True)
class Found:
    """One document's value; `lines` has the line of each mapping by its id, where the reader knows it."""

    value: object
    line: int
    lines: Mapping[int, int] = field(default_factory=dict, repr=False)

    def line_of(self, node: object) -> int:
        return self.lines.get(id(node), self.line)


def broken(line: int, what: str, next_step: str = "Correct this line.") -> InvalidInput:
    return InvalidInput(f"line {line} of the manifest: {what}", next_step=next_step)


def too_deep(line: int) -> InvalidInput:
    return broken(line, f"nested deeper than {DEEPEST} levels", "Nest it less deeply.")
