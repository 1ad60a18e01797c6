"""What is likely not meant as it is written, as far as it shows without an index. None of it stops a query."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ack_mcp_server.answers.clean import one_line

if TYPE_CHECKING:
    from sqlglot import exp

_STRINGS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
# Functions of other dialects, and what Presto has.
_ELSEWHERE = {
    "ifnull": "coalesce(a, b)",
    "nvl": "coalesce(a, b)",
    "isnull": "a is null",
    "group_concat": "array_join(array_agg(a), ',')",
    "unix_timestamp": "to_unixtime(t)",
    "curdate": "current_date",
    "date_sub": "date_add('day', -1, t)",
    "str_to_date": "date_parse(a, '%Y-%m-%d %H:%i:%s')",
    "len": "length(a)",
    "charindex": "strpos(a, b)",
    "instr": "strpos(a, b)",
}
_FOREIGN = re.compile(rf"\b({'|'.join(_ELSEWHERE)})\s*\(", re.IGNORECASE)


def advice(sql: str, tree: "exp.Query") -> tuple[str, ...]:
    return tuple(dict.fromkeys([*_functions(sql), *_signs(sql), *_quoted_values(tree), *_times(tree)]))


def _functions(sql: str) -> Iterator[str]:
    for found in _FOREIGN.finditer(_STRINGS.sub("''", sql)):
        yield f"{found[1].lower()} is not of this dialect: write {_ELSEWHERE[found[1].lower()]}"


def _signs(sql: str) -> Iterator[str]:
    if "==" in _STRINGS.sub("''", sql):
        yield "equality is one sign: ="


def _quoted_values(tree: "exp.Query") -> Iterator[str]:
    for _, name in double_quoted_values(tree):
        if "." not in name:  # as the names of fields have it
            yield f"\"{one_line(name, 40)}\" is read as a field; a text is written '{one_line(name, 40)}'"


def double_quoted_values(tree: "exp.Query") -> list[tuple[str, str]]:
    """Names between double quotation marks, each behind the field that it is compared with (empty where that is no
    field); where no field has the name, it is meant as a text."""
    from sqlglot import exp

    pairs = [(node.this, node.expression) for node in tree.find_all(exp.EQ, exp.NEQ, exp.Like, exp.GT, exp.LT)]
    pairs += [(node.this, item) for node in tree.find_all(exp.In) for item in node.expressions]
    return [(_field(left), right.name) for left, right in pairs if _is_quoted(right)]


def _is_quoted(node: "exp.Expression") -> bool:
    from sqlglot import exp

    return (
        isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) and node.this.quoted and not node.table
    )


def _field(node: "exp.Expression") -> str:
    from sqlglot import exp

    return ".".join(part.name for part in node.parts) if isinstance(node, exp.Column) else ""


def _times(tree: "exp.Query") -> Iterator[str]:
    from sqlglot import exp

    for node in tree.find_all(exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.Between):
        if not (isinstance(node.this, exp.Column) and node.this.name == "__time__"):
            continue
        others = [node.args.get(name) for name in ("expression", "low", "high")]
        if any(isinstance(other, exp.Cast) or (isinstance(other, exp.Literal) and other.is_string) for other in others):
            yield "__time__ is Unix seconds, a number: compare it with to_unixtime(timestamp '…') or a number"
        yield "start_time and end_time choose the rows; a condition on __time__ can only narrow them"
