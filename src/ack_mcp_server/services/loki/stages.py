"""What follows a selector: filters of lines, parsers, formats, filters of labels."""

import re

from ack_mcp_server.services.loki import patterns
from ack_mcp_server.services.loki.cursor import Cursor
from ack_mcp_server.services.loki.selector import OPERATORS
from ack_mcp_server.services.loki.tokens import Token, value_of, wrong

LINE_FILTERS = ("|=", "!=", "|~", "!~", "|>", "!>")
_FLAGS = frozenset({"--strict", "--keep-empty"})
_DEEPEST = 20  # brackets
_COMPARISONS = ("==", "=", "!=", ">", ">=", "<", "<=", "=~", "!~")
_UNITS = r"ns|us|µs|ms|s|m|h|d|w|y"
_NUMBER = re.compile(
    rf"-?\d+(?:\.\d+)?(?:[eE]\d+)?|-?(?:\d+(?:\.\d+)?(?:{_UNITS}))+|\d+(?:\.\d+)?(?:[kKMGTPE]i?)?[bB]", re.ASCII
)


def read_line_filter(cursor: Cursor) -> None:
    """`|= "text" or "other"`. Raises InvalidInput, as all here."""
    op = cursor.expect(LINE_FILTERS, "a line filter")
    _read_looked_for(cursor, op)
    while cursor.skip("or"):
        _read_looked_for(cursor, op)


def _read_looked_for(cursor: Cursor, op: Token) -> None:
    if cursor.sees("ip") and op.text in ("|=", "!="):
        _read_ip(cursor)
        return
    string = _string(cursor)
    if op.text in ("|~", "!~"):
        patterns.checked(string)


def read_stage(cursor: Cursor) -> None:
    """What follows a `|`."""
    stage = cursor.next
    read = _STAGES.get(stage.text) if stage.kind == "word" else None
    if read is None:
        _read_label_filter(cursor, 0)
        return
    cursor.take()
    read(cursor)


def _read_nothing(cursor: Cursor) -> None:
    pass


def _read_string(cursor: Cursor) -> None:
    value_of(_string(cursor))


def _read_regexp(cursor: Cursor) -> None:
    string = _string(cursor)
    if "(?P<" not in patterns.checked(string) and "(?<" not in value_of(string):
        raise wrong(string.start, "regexp names no label", "Name what it finds: (?P<label>…).")


def _read_fields(cursor: Cursor) -> None:
    """`json`, `logfmt`: everything, or the named fields."""
    while cursor.next.kind == "flag":
        if cursor.next.text not in _FLAGS:
            raise wrong(cursor.next.start, f"{cursor.next.told()} is no flag", f"Use {' or '.join(sorted(_FLAGS))}.")
        cursor.take()
    if cursor.next.kind != "word":
        return
    _read_field(cursor)
    while cursor.skip(","):
        _read_field(cursor)


def _read_field(cursor: Cursor) -> None:
    cursor.expect_kind("word", "a label's name")
    if cursor.skip("="):
        _read_string(cursor)


def _read_new_labels(cursor: Cursor) -> None:
    _read_new_label(cursor)
    while cursor.skip(","):
        _read_new_label(cursor)


def _read_new_label(cursor: Cursor) -> None:
    cursor.expect_kind("word", "a label's name")
    cursor.expect(("=",), "=")
    if cursor.next.kind == "word":
        cursor.take()
        return
    _read_string(cursor)


def _read_labels(cursor: Cursor) -> None:
    """`drop`, `keep`: names, or matchers."""
    while True:
        cursor.expect_kind("word", "a label's name")
        if cursor.sees(*OPERATORS):
            _read_text_compared(cursor, cursor.take())
        if not cursor.skip(","):
            return


def _read_label_filter(cursor: Cursor, depth: int) -> None:
    """`status >= 500 and (method="GET" or duration > 1.5s)`; a comma and a blank are `and` too."""
    _read_comparison(cursor, depth)
    while cursor.skip("and", "or", ",") or cursor.next.kind == "word" or cursor.sees("("):
        _read_comparison(cursor, depth)


def _read_comparison(cursor: Cursor, depth: int) -> None:
    if cursor.sees("("):
        if depth == _DEEPEST:
            raise wrong(cursor.next.start, f"brackets are nested more than {_DEEPEST} deep")
        cursor.take()
        _read_label_filter(cursor, depth + 1)
        cursor.expect((")",), "and, or, or )")
        return
    cursor.expect_kind("word", "a stage (json, logfmt, line_format, …) or a label")
    op = cursor.expect(_COMPARISONS, "a comparison such as = or >=")
    if cursor.next.kind == "number" and op.text not in ("=~", "!~"):
        _read_number(cursor)
    elif cursor.sees("ip") and op.text in ("=", "!="):
        _read_ip(cursor)
    else:
        _read_text_compared(cursor, op)


def _read_text_compared(cursor: Cursor, op: Token) -> None:
    if op.text not in OPERATORS:
        raise cursor.wrong(f"a number after {op.text}")
    string = _string(cursor)
    if op.text in ("=~", "!~"):
        patterns.checked(string)


def _read_number(cursor: Cursor) -> None:
    number = cursor.take()
    if not _NUMBER.fullmatch(number.text):
        raise wrong(number.start, f"{number.told()} is no number, duration or size", "Use such as 500, 1.5s or 20MB.")


def _read_ip(cursor: Cursor) -> None:
    cursor.take()
    cursor.expect(("(",), "(")
    _read_string(cursor)
    cursor.expect((")",), ")")


def _string(cursor: Cursor) -> Token:
    string = cursor.expect_kind("string", "a string in double quotes or backquotes")
    value_of(string)
    return string


_STAGES = {
    "json": _read_fields,
    "logfmt": _read_fields,
    "unpack": _read_nothing,
    "decolorize": _read_nothing,
    "pattern": _read_string,
    "regexp": _read_regexp,
    "line_format": _read_string,
    "label_format": _read_new_labels,
    "drop": _read_labels,
    "keep": _read_labels,
}
