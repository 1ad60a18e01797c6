"""The SQL behind the pipe, read by a parser of Presto's dialect. Only what is certainly wrong is refused; the service
judges the rest, because it knows forms that no parser knows."""

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput

if TYPE_CHECKING:
    from sqlglot import exp

# The service takes names of logstores with hyphens without quotation marks.
_HYPHENED = re.compile(r"\b(from|join)\s+(\w+(?:-\w+)+)", re.IGNORECASE)
_BEGINS = re.compile(r"[\s(]*(?:select|with|set\s+session)\b", re.IGNORECASE)
_SPL = re.compile(
    r"\s*\|?\s*(?:where|extend|project|stats|sort|limit|parse-\w+|expand-values|make-\w+)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_COMMENT = re.compile(r"--|/\*|\{#")  # readers differ in where they end, so that one could hide what another runs
_NEXT = "Correct the SQL, then run it again; sls_diagnose_query says more where an index matters."


@dataclass(frozen=True)
class Statement:
    """One query; `tree` is how it was understood, `text` what is sent."""

    text: str
    tree: "exp.Query"

    @property
    def is_limited(self) -> bool:
        return self.tree.args.get("limit") is not None

    @property
    def is_one_row(self) -> bool:
        """Whether it only aggregates, so that it answers one row."""
        from sqlglot import exp

        tree = self.tree
        if not isinstance(tree, exp.Select) or tree.args.get("group") or tree.find(exp.Window):
            return False
        return bool(tree.expressions) and all(item.find(exp.AggFunc) for item in tree.expressions)

    def limited(self, rows: int) -> str:
        return f"{self.text}\nlimit {rows}"


def statement(sql: str) -> Statement:
    """Raises InvalidInput for what cannot be read, is no query, or is more than one."""
    from sqlglot import exp

    if not _BEGINS.match(sql):
        raise _not_sql(sql)
    if _COMMENT.search(_QUOTED.sub("''", sql)):
        raise InvalidInput("the SQL has a comment", next_step="Leave comments out.")
    found = [tree for tree in _parsed(sql) if tree is not None]
    # `set session parallel_sql=true;` changes how a query runs, not what it answers.
    queries = [tree for tree in found if not isinstance(tree, exp.Set)]
    if len(queries) != 1:
        raise InvalidInput(f"there are {len(queries)} SQL statements where one is taken", next_step=_NEXT)
    tree = queries[0]
    if found[-1] is not tree:
        raise InvalidInput("SET SESSION stands behind the query", next_step="Put it before, or leave it out.")
    if not isinstance(tree, exp.Query) or tree.find(exp.DML, exp.DDL, exp.Command, exp.Into):
        raise InvalidInput("only SELECT and WITH are run", next_step=_NEXT)
    return Statement(sql.rstrip("; \t\n"), tree)


def _parsed(sql: str) -> "list[exp.Expr | None]":
    import sqlglot
    from sqlglot.errors import ParseError, SqlglotError

    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings hold the query
    try:
        try:
            return list(sqlglot.parse(sql, read="presto"))
        except ParseError:
            return list(sqlglot.parse(_HYPHENED.sub(r'\1 "\2"', sql), read="presto"))
    except ParseError as exc:
        raise _fault(exc) from None
    except SqlglotError:
        raise InvalidInput("the SQL has a quotation mark or comment without an end", next_step=_NEXT) from None
    except RecursionError:
        raise InvalidInput("the SQL is nested too deep", next_step=_NEXT) from None


def _fault(exc: Exception) -> InvalidInput:
    place = getattr(exc, "errors", None) or [{}]
    said = one_line(str(place[0].get("description", "")).partition(" but got <")[0].partition(" for <")[0], 80)
    near = one_line(str(place[0].get("highlight", "")), 40)
    where = f"line {place[0].get('line')}, column {place[0].get('col')} of the SQL"
    return InvalidInput(f"{where}, near {near!r}: {said or 'cannot stand there'}", next_step=_NEXT)


def _not_sql(sql: str) -> InvalidInput:
    if _SPL.match(sql):
        return InvalidInput(
            f"{one_line(sql, 30)!r} is SPL, which is not run here", next_step="Write SQL: * | select … from log where …"
        )
    return InvalidInput(f"{one_line(sql, 30)!r} does not begin with SELECT or WITH", next_step=_NEXT)
