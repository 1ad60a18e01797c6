"""Building searches: conditions as values, which become text in one place, each value quoted.

Between double quotes everything is literal, also `*`, `and` and `|`; a backslash comes before quotes and backslashes.
A value is looked for by its words, which the index splits at its delimiters. A wildcard works outside of quotes only,
inside or at the end of a word, so a prefix is written bare and may hold few characters.
(Public documentation of the search syntax and of quotation marks.)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

EVERYTHING = "*"
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,127}")
# Characters that are neither delimiters nor syntax, so that a prefix is one word.
_PREFIX = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,60}")
_RESERVED = frozenset({"and", "or", "not", "in"})
LONGEST_VALUE = 500
MOST_CONDITIONS = 30  # of one search, as documented


@dataclass(frozen=True)
class Search:
    """Text that is safe to put beside other searches; `conditions` counts what SLS limits."""

    text: str
    conditions: int = 1
    _loose: bool = False  # holds an `or` outside of parentheses

    def __str__(self) -> str:
        return self.text

    @property
    def grouped(self) -> str:
        return f"({self.text})" if self._loose else self.text


ALL = Search(EVERYTHING, 0)


def quoted(value: str) -> str:
    """Raises InvalidInput for what has no word that could be found, or is too long."""
    if len(value) > LONGEST_VALUE or "\x00" in value or not any(map(str.isalnum, value)):
        raise InvalidInput(
            f"{shown(value)} has no word to search for",
            next_step=f"Give letters or digits, at most {LONGEST_VALUE} characters.",
        )
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def words(value: str) -> Search:
    """Rows that hold every word of the value, in any field."""
    return Search(quoted(value))


def word_or_prefix(value: str) -> Search:
    """The same, or rows with a word that begins so, where the value ends with `*`. Raises InvalidInput."""
    bare = _without_star(value)
    return words(value) if bare == value else Search(_prefix(bare))


def field(name: str, value: str) -> Search:
    """Rows whose field holds every word of the value."""
    return Search(f"{_name(name)}: {quoted(value)}")


def field_or_prefix(name: str, value: str) -> Search:
    """A `*` is a wildcard at the end, and nothing elsewhere. Raises InvalidInput."""
    bare = _without_star(value)
    return field(name, value) if bare == value else Search(f"{_name(name)}: {_prefix(bare)}")


def number(name: str, sign: str, value: int) -> Search:
    """A comparison of a numeric field, such as responseStatus.code >= 400."""
    if sign not in ("=", ">", ">=", "<", "<="):
        raise ValueError(sign)
    return Search(f"{_name(name)} {sign} {value:d}")


def any_of(searches: Iterable[Search]) -> Search:
    """Everything when there are none."""
    parts = tuple(searches)
    if len(parts) < 2:
        return parts[0] if parts else ALL
    return Search(" or ".join(part.grouped for part in parts), _sum(parts), _loose=True)


def all_of(searches: Iterable[Search]) -> Search:
    """Everything when there are none."""
    parts = tuple(part for part in searches if part != ALL)
    if len(parts) < 2:
        return parts[0] if parts else ALL
    return Search(" and ".join(part.grouped for part in parts), _sum(parts))


def negated(search: Search) -> Search:
    simple = search.conditions < 2 and not search.text.startswith("not ")
    return Search(f"not {search.text if simple else f'({search.text})'}", search.conditions)


def check_size(search: Search) -> None:
    """Raises InvalidInput for more conditions than SLS takes."""
    if search.conditions > MOST_CONDITIONS:
        raise InvalidInput(
            f"the search has {search.conditions} conditions; SLS takes {MOST_CONDITIONS}",
            next_step="Ask for fewer kinds, verbs or words at once.",
        )


def _without_star(value: str) -> str:
    bare = value[:-1] if value.endswith("*") else value
    if "*" in bare or "?" in bare:
        raise InvalidInput(f"{shown(value)} has a wildcard inside", next_step="Only a * at the end works, as in web-*.")
    return bare


def _prefix(bare: str) -> str:
    if not _PREFIX.fullmatch(bare):
        raise InvalidInput(
            f"{shown(bare + '*')} is not a prefix that can be searched for",
            next_step="Before the final * use letters, digits, dots, hyphens and underscores; or leave the * out.",
        )
    return f"{bare}*"


def _sum(parts: Iterable[Search]) -> int:
    return sum(part.conditions for part in parts)


def _name(name: str) -> str:
    if not _FIELD.fullmatch(name) or name.lower() in _RESERVED:
        raise InvalidInput(f"{shown(name)} cannot be a field", next_step="Fields are such as objectRef.name or level.")
    return name
