"""What is wrong with a query: by its words, by the index of its logstore, and by what the service said of it. A finding
that is certain holds the replacement."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.services.sls.logstore_index import Index
from ack_mcp_server.services.sls.sql_advice import double_quoted_values
from ack_mcp_server.services.sls.sql_text import SearchPart, Written

if TYPE_CHECKING:
    from sqlglot import exp

_MOST = 8  # findings
_CLOSE = 0.8
_UNKNOWN = re.compile(
    r"key \(([^)]{1,120})\) is not config as (key value|numberic)|Column '([^']{1,120})' cannot be resolved"
)
_UNGROUPED = re.compile(r"Column '([^']{1,120})' not in GROUP BY clause|'?([\w.\"]{1,120})'? must be an aggregate")
_FUNCTION = re.compile(r"Function (\w{1,60}) not registered")
_NUMBER = re.compile(r'("?)-?\d+(?:\.\d+)?\1', re.ASCII)
_HUNDREDS = re.compile(r'"?([1-9])(?:\*|xx|\?\?)"?', re.ASCII | re.IGNORECASE)
# What else the service says, and what helps.
_SAID = (
    ("must follow search query", "SQL goes behind a search and a pipe: * | select …"),
    ("specify FROM", "nested SQL names its table in the innermost SELECT: from log"),
    ("cannot be compared", "two sides of a comparison have different types: use cast(x as bigint) or quote the value"),
    ("Unexpected parameters", "a function was given another type than it takes: use cast(x as bigint) or varchar"),
    ("exceeded maximum time", "the query took too long: a shorter time range, or a narrower search before the pipe"),
    ("memory", "the query needs too much memory: a shorter time range, a narrower search, approx_distinct(x)"),
    ("ExceedQuota", "too many queries run at once: wait some seconds"),
    ("InvalidTimeRange", "start_time must be before end_time"),
    ("does not exist", "the table of a logstore is log; project and logstore are arguments of the tool"),
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """`wrong` is replaced by `right` where that is certain, in SQL as a field of SQL."""

    says: str
    wrong: str = ""
    right: str = ""
    about: str = ""  # the field


def findings(part: SearchPart | None, tree: "exp.Query | None", index: Index | None, error: str) -> tuple[Finding, ...]:
    texts = list(_texts_as_fields(tree, index)) if tree is not None else []
    meant = {text.wrong for text in texts}
    said = [each for each in _of_error(error, index) if f'"{each.wrong or each.about}"' not in meant]
    found = [*texts, *said]
    if tree is not None:
        found += [*islice(_of_columns(tree, index, meant), _MOST), *islice(_comparisons(tree, index), _MOST)]
    if part is not None and index is not None:
        unknown = (name for name in dict.fromkeys(part.fields) if not _is_searchable(name, index))
        found += [_unknown(name, index) for name in islice(unknown, _MOST)]
        found += islice(_no_numbers(part, index), _MOST)
    unique = {each.says: each for each in found}
    return tuple(unique.values())[:_MOST]


def corrected(query: Written, found: tuple[Finding, ...]) -> str:
    """The query with every certain replacement; empty where there is none."""
    certain = [each for each in found if each.wrong]
    search, sql = query.search, query.sql
    for each in certain:
        search = _replaced(search, each.wrong, each.right.strip('"'), '"')
        sql = _replaced(sql, each.wrong, each.right, "'")
    same = (search, sql) == (query.search, query.sql) and not query.bare
    return "" if same else f"{search} | {sql}" if sql else search


def _replaced(text: str, wrong: str, right: str, quote: str) -> str:
    """Names alone, never inside of what stands between these quotation marks."""
    name = re.compile(rf'(?<![\w."]){re.escape(wrong)}(?![\w."])')
    parts = re.split(rf"({quote}[^{quote}]*{quote})", text)
    return "".join(part if place % 2 else name.sub(lambda _: right, part) for place, part in enumerate(parts))


def nearest(name: str, index: Index) -> str:
    """The field that is meant: of the same last part where there is one such, else one that is spelled nearly so."""
    leaf = name.rpartition(".")[2].lower()
    same = [field.name for field in index.fields if field.leaf.lower() == leaf]
    if len(same) == 1:
        return same[0]
    known = {field.name.lower(): field.name for field in index.fields}
    known |= {field.leaf.lower(): field.name for field in reversed(index.fields)} | known
    close = difflib.get_close_matches(name.lower(), known, 1, _CLOSE)
    return known[close[0]] if close else ""


def _of_error(error: str, index: Index | None) -> Iterator[Finding]:
    if match := _UNKNOWN.search(error):
        name = match[1] or match[3]
        field = index.named(name) if index else None
        if match[2] == "numberic" and field and not field.is_number:
            yield Finding(
                f"{name} is indexed as {field.type}, so it takes no < > in a search: compare it in SQL by cast"
            )
        elif index is not None and not index.knows(name):
            yield _unknown(name, index)
    if match := _UNGROUPED.search(error):
        name = match[1] or match[2]
        yield Finding(
            f"{one_line(name, 80)} is neither grouped nor aggregated: add it to GROUP BY, or use arbitrary({name})"
        )
    if match := _FUNCTION.search(error):
        yield Finding(f"there is no function {match[1]}; the dialect is Presto's")
    for words, says in _SAID:
        if words.lower() in error.lower():
            yield Finding(says)


def _unknown(name: str, index: Index) -> Finding:
    like = nearest(name, index)
    if not like:
        says = f"{one_line(name, 80)} has no index in this logstore (sls_describe_logstore lists the fields)"
        return Finding(says, about=name)
    return Finding(f"{one_line(name, 80)} has no index; {like} has", wrong=name, right=_as_field(like))


def _as_field(name: str) -> str:
    return f'"{name}"' if "." in name else name


def _is_searchable(name: str, index: Index) -> bool:
    outer = index.named(name.partition(".")[0])
    return index.knows(name) or name.startswith("__") or (outer is not None and outer.type == "json")


def _no_numbers(part: SearchPart, index: Index) -> Iterator[Finding]:
    """A field of numbers that is searched for a word: the service refuses it."""
    for name, value in part.conditions:
        field = index.named(name)
        if field is None or not field.is_number or _NUMBER.fullmatch(value) or value == "*":
            continue
        like = _HUNDREDS.fullmatch(value)
        low = int(like[1]) * 100 if like else 500
        instead = f"{field.name} >= {low} and {field.name} < {low + 100}"
        yield Finding(f"{field.name} is a {field.type} and {one_line(value, 40)} no number: compare, such as {instead}")


def _texts_as_fields(tree: "exp.Query", index: Index | None) -> Iterator[Finding]:
    for left, name in double_quoted_values(tree):
        if index is not None and not index.knows(name) and ("." not in name or index.knows(left)):
            meant = one_line(name, 60)
            says = f"\"{meant}\" is read as a field, which does not exist; a text is written '{meant}'"
            yield Finding(says, wrong=f'"{name}"', right=f"'{name}'")


def _of_columns(tree: "exp.Query", index: Index | None, texts: set[str]) -> Iterator[Finding]:
    """Names of the innermost queries; those that a query itself gives (aliases) are known, `texts` are none."""
    if index is None:
        return
    for name in dict.fromkeys(_names(tree)):
        field = index.named(name)
        if field is not None and not field.in_sql:
            yield Finding(
                f"{name} is indexed without statistics (doc_value), so SQL cannot use it: search it before the pipe"
            )
        elif not index.knows(name) and f'"{name}"' not in texts:
            yield _unknown(name, index)


def _names(tree: "exp.Query") -> Iterator[str]:
    from sqlglot import exp

    given = {each.alias_or_name.lower() for each in tree.find_all(exp.Alias, exp.CTE, exp.Subquery, exp.Table)}
    given |= {name.name.lower() for alias in tree.find_all(exp.TableAlias) for name in alias.args.get("columns") or ()}
    given |= {name.name.lower() for each in tree.find_all(exp.Lambda) for name in each.expressions}
    for column in tree.find_all(exp.Column):
        parts = [part.name for part in column.parts]
        if len(parts) > 1 and parts[0].lower() in given:
            parts = parts[1:]
        if parts[0].lower() not in given and not isinstance(column.this, exp.Star):
            yield ".".join(parts)


def _comparisons(tree: "exp.Query", index: Index | None) -> Iterator[Finding]:
    """A text field beside a number: the service refuses it."""
    from sqlglot import exp

    if index is None:
        return
    for node in tree.find_all(exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ, exp.NEQ):
        left, right = node.this, node.expression
        if not (isinstance(left, exp.Column) and isinstance(right, exp.Literal)):
            continue
        name = ".".join(part.name for part in left.parts)
        field = index.named(name)
        if field and not field.is_number and not right.is_string:
            yield Finding(
                f"{name} is indexed as {field.type}: compare try_cast({_as_field(name)} as bigint) with the number"
            )
        if field and field.is_number and right.is_string:
            yield Finding(f"{name} is a number: leave the quotation marks of '{one_line(right.name, 30)}' out")
