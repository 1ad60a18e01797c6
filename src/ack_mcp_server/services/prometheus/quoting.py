"""PromQL made of values: whatever a value holds, it stays one string literal."""

import re
from typing import Literal

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

Op = Literal["=", "!=", "=~", "!~"]
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


def quote(value: str) -> str:
    """The value as a PromQL string literal, quotes included. Raises InvalidInput for half a surrogate pair, which no
    request can carry."""
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise InvalidInput(f"{shown(value)} is not valid Unicode", next_step="Correct the value.")
    return '"' + "".join(_escaped(char) for char in value) + '"'


def matcher(name: str, op: Op, value: str) -> str:
    """`name="value"`. For `=~` the value is a regular expression; `literally` makes one of plain text."""
    if not _LABEL.fullmatch(name):
        raise InvalidInput(f"{shown(name)} is not a label name", next_step="Use letters, digits and underscores.")
    return f"{name}{op}{quote(value)}"


def literally(text: str) -> str:
    """A regular expression that matches this text alone."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return f"\\x{ord(char):02x}" if ord(char) < 0x20 or char == "\x7f" else char
