"""Which style go-yaml v2, which kubectl prints YAML with, gives to a string."""

import calendar
import math
import re
from enum import Enum
from typing import NamedTuple

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.errors import NotUnderstood


class Style(Enum):
    PLAIN = "plain"
    SINGLE = "single-quoted"
    DOUBLE = "double-quoted"
    LITERAL = "literal"


class Scalar(NamedTuple):
    """`text` is as it stands in one line, quotes and escapes included; a literal's is the bare value."""

    style: Style
    text: str
    multiline: bool


# kubectl sends JSON through the YAML reader first: these characters it refuses, and U+0085 is a line break to it.
_UNREADABLE = re.compile(r"[\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NEXT_LINES = re.compile(r"(\x85[\x85 ]*)")

_BREAK = re.compile(r"[\r\n\u2028\u2029]")
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe-\U0010ffff]")
_SPACE_THEN_BREAK = re.compile(r" [\r\n\u2028\u2029]")
_BREAK_THEN_SPACE = re.compile(r"[\r\n\u2028\u2029] ")
_NEVER_PLAIN = re.compile(
    r"""\A(?:[#,\[\]{}&*!|>'"%@` ]|[?:-](?:[ \t]|\Z)|---|\.\.\.)"""
    r"""|:(?:[ \t]|\Z)|[ ]\#|[ ]\Z|[\n\u2028\u2029]"""
)


def scalar(value: str) -> Scalar:
    """Raises NotUnderstood for text that kubectl cannot print as YAML."""
    value = _as_read(value)
    multiline = _BREAK.search(value) is not None
    if _UNPRINTABLE.search(value) or _SPACE_THEN_BREAK.search(value):
        return Scalar(Style.DOUBLE, double_quoted(value), multiline)
    if "\n" in value:
        if value.endswith(" "):
            return Scalar(Style.DOUBLE, double_quoted(value), multiline)
        return Scalar(Style.LITERAL, value, multiline)
    if _means_other(value) or _BREAK_THEN_SPACE.search(value):
        return Scalar(Style.DOUBLE, double_quoted(value), multiline)
    if _NEVER_PLAIN.search(value):
        return Scalar(Style.SINGLE, "'" + value.replace("'", "''") + "'", multiline)
    return Scalar(Style.PLAIN, value, multiline)


def _as_read(value: str) -> str:
    if value.isascii() and "\x7f" not in value:
        return value
    value = go.text(value)
    if _UNREADABLE.search(value):
        raise NotUnderstood("a control character, which kubectl's YAML refuses")
    if "\x85" not in value:
        return value
    *parts, last = _NEXT_LINES.split(value)
    texts, breaks = parts[::2], parts[1::2]
    folded = (
        text.rstrip(" ") + ("\n" * (lines.count("\x85") - 1) or " ") for text, lines in zip(texts, breaks, strict=True)
    )
    return "".join(folded) + last


# What a plain scalar would be read as, other than a string.

_WORDS = frozenset(
    ["", "~", *(form for word in ("y", "n", "yes", "no", "true", "false", "on", "off", "null")
     for form in (word, word.capitalize(), word.upper()))]
)  # fmt: skip
_DOTTED = frozenset(f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")) | {
    ".nan", ".NaN", ".NAN",
}  # fmt: skip
_DOT_FLOAT = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
BASES = (16, 2, 8, 10)  # of the forms of an integer
INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))")
_SIGNED_BINARY = re.compile(r"0b[-+]([01]+)")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[+-]([0-9]{2}):([0-9]{2})))"
    r"|(?: +([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?))?"
)


def _means_other(value: str) -> bool:
    first = value[:1]
    if not first or first in "yYnNtTfFoO~":
        return value in _WORDS
    if first == ".":
        return value in _DOTTED or (_DOT_FLOAT.fullmatch(value) is not None and _is_finite(value.replace("_", "")))
    if first not in "+-0123456789":
        return False
    bare = value.replace("_", "")
    return value in _DOTTED or _is_number(bare) or _is_time(value) or _SEXAGESIMAL.fullmatch(value) is not None


def _is_finite(value: str) -> bool:
    return math.isfinite(float(value))


def _is_number(bare: str) -> bool:
    if FLOAT.fullmatch(bare):
        return _is_integer(bare) or _is_finite(bare)
    return _is_integer(bare)


def _is_integer(bare: str) -> bool:
    if signed := _SIGNED_BINARY.fullmatch(bare):
        return len(signed[1].lstrip("0")) < 64
    found = INTEGER.fullmatch(bare)
    if not found:
        return False
    sign, *forms = found.groups()
    base, digits = next((base, form.lstrip("0")) for base, form in zip(BASES, forms, strict=True) if form)
    if len(digits) > 64:
        return False
    size = int(digits or "0", base)
    return size < 1 << 64 if not sign else size <= (1 << 63) - (sign == "+")


def _is_time(value: str) -> bool:
    found = _TIME.fullmatch(value)
    if not found:
        return False
    year, month, day, *rest = (int(part) if part else 0 for part in found.groups())
    hour, minute, second, zone_hour, zone_minute, hour2, minute2, second2 = rest
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year or 4, month)[1]:
        return False
    in_day = max(hour, hour2) < 24 and max(minute, minute2, second, second2) < 60
    return in_day and zone_hour <= 24 and zone_minute <= 60


# Double quotes.

_NAMED = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe-\U0010ffff]')
_EVERY = re.compile(r".", re.DOTALL)


def double_quoted(value: str) -> str:
    # The emitter looks for a byte order mark at the start of the text where it means to look at each character.
    escaped = _EVERY if value.startswith("\ufeff") else _ESCAPED
    return '"' + escaped.sub(lambda found: _escape(found[0]), value) + '"'


def _escape(char: str) -> str:
    if char in _NAMED:
        return "\\" + _NAMED[char]
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
