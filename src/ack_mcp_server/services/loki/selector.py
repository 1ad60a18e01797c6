"""Stream selectors: which labels a log must have. Read from a query, or made of values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ack_mcp_server.services.loki import patterns
from ack_mcp_server.services.loki.cursor import Cursor
from ack_mcp_server.services.loki.tokens import value_of, wrong
from ack_mcp_server.services.prometheus.quoting import literally, quote

OPERATORS = ("=", "!=", "=~", "!~")
LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_FORM = 'a selector such as {app="web"}'


@dataclass(frozen=True)
class Matcher:
    """`literal` is the string as it is sent, quotes included; `plain` is the value that is wanted, where it is one."""

    name: str
    op: str
    literal: str
    plain: str = ""

    def __str__(self) -> str:
        return f"{self.name}{self.op}{self.literal}"


def one_of(name: str, values: Sequence[str]) -> Matcher:
    """A label that has one of these values, whatever they hold."""
    if len(values) == 1:
        return Matcher(name, "=", quote(values[0]))
    return Matcher(name, "=~", quote("|".join(map(literally, values))))


def written(matchers: Sequence[Matcher]) -> str:
    return "{" + ", ".join(map(str, matchers)) + "}"


def read_selector(cursor: Cursor) -> tuple[Matcher, ...]:
    """Raises InvalidInput, also for one that every log would fit: Loki refuses it."""
    start = cursor.expect(("{",), _FORM).start
    found: list[Matcher] = []
    some_wanted = False
    while not cursor.sees("}"):
        matcher, wants_some = _read_matcher(cursor)
        found.append(matcher)
        some_wanted = some_wanted or wants_some
        if not cursor.skip(","):
            break
    cursor.expect(("}",), "a comma or }")
    if not some_wanted:
        raise wrong(
            start,
            "the selector fits logs without any label",
            'Name a label that logs must have, such as {namespace="shop"} or {app=~".+"}.',
        )
    return tuple(found)


def _read_matcher(cursor: Cursor) -> tuple[Matcher, bool]:
    """And whether it wants the label to be there."""
    name = cursor.expect_kind("word", "a label's name")
    op = cursor.expect(OPERATORS, "one of = != =~ !~")
    string = cursor.expect_kind("string", "a string in double quotes or backquotes")
    matcher = Matcher(name.text, op.text, string.text, value_of(string) if op.text == "=" else "")
    if op.text in ("=~", "!~"):
        patterns.checked(string)
        return matcher, patterns.matches_nothing_at_all(string) == (op.text == "!~")
    return matcher, (value_of(string) == "") == (op.text == "!=")
