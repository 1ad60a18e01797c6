"""Where go-yaml v2 breaks the lines of a scalar: a space past column 80 becomes a line break."""

import re
from typing import Final

from ack_mcp_server.kube.printing.yaml_scalars import Scalar, Style

WIDTH: Final = 80

_BETWEEN_WORDS = re.compile(r"(?<=[^ ]) (?=[^ ])")
_AFTER_WORD = re.compile(r"(?<=[^ ]) (?=.)")
_SEPARATORS = re.compile(r"([\u2028\u2029]+)")
_LINE_START = re.compile(r"(?:\A|(?<=[\n\u2028\u2029]))(?=[^\n\u2028\u2029])")
_BREAKS = "\n\u2028\u2029"


def laid_out(found: Scalar, column: int, indent: int) -> str:
    """The scalar that begins in `column`, its further lines at `indent`."""
    text = found.text
    if found.style is Style.LITERAL:
        return _literal(text, indent)
    if found.style is Style.DOUBLE:
        return _fold_double(text, column, indent)
    if found.multiline:
        return _fold_separated(text, column, indent)
    if found.style is Style.SINGLE:
        return _fold(text, column, indent, first=2, end=len(text) - 1)
    return _fold(text, column, indent, first=0, end=len(text))


def _fold(text: str, column: int, indent: int, *, first: int, end: int) -> str:
    """Spaces before `first` and at `end` or behind stay: those beside the quotes."""
    lines: list[str] = []
    start = 0
    while space := _BETWEEN_WORDS.search(text, max(first, start + WIDTH + 1 - column), end):
        lines.append(text[start : space.start()])
        start = first = space.end()
        column = indent
    return ("\n" + " " * indent).join([*lines, text[start:]])


def _fold_separated(text: str, column: int, indent: int) -> str:
    """Single quotes around U+2028 and U+2029, which break a line and are kept."""
    before, *rest = _SEPARATORS.split(text)
    parts = [_fold(before, column, indent, first=2, end=len(before))]
    for breaks, after in zip(rest[::2], rest[1::2], strict=True):
        margin = "" if after == "'" else " " * indent
        end = len(after) - 1 if after is rest[-1] else len(after)
        parts += [breaks, margin, _fold(after, indent, indent, first=0, end=end)]
    return "".join(parts)


def _fold_double(text: str, column: int, indent: int) -> str:
    """A second space behind the one that is folded is kept by a backslash."""
    lines: list[str] = []
    start, first, kept = 0, 2, ""
    while space := _AFTER_WORD.search(text, max(first, start + WIDTH + 1 - column), len(text) - 1):
        lines.append(kept + text[start : space.start()])
        start = first = space.end()
        kept = "\\" if text.startswith(" ", start) else ""
        column = indent + len(kept)
    return ("\n" + " " * indent).join([*lines, kept + text[start:]])


def _literal(value: str, indent: int) -> str:
    hint = "2" if value[0] == " " or value[0] in _BREAKS else ""
    return f"|{hint}{_chomping(value)}\n" + _LINE_START.sub(" " * indent, value)


def _chomping(value: str) -> str:
    if value[-1] not in _BREAKS:
        return "-"
    return "+" if len(value) == 1 or value[-2] in _BREAKS else ""


def ends_line(found: Scalar) -> bool:
    """Whether the scalar ends with a line break of its own."""
    return found.style is Style.LITERAL and found.text[-1] in _BREAKS
