"""From the service's SQL to DuckDB's: one table `log`, columns with dots, what may be left out filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.sls import errors
from ack_sandbox.sls.sql.clock import with_clock

ROWS_WITHOUT_LIMIT = 100


@dataclass(frozen=True)
class Rewritten:
    sql: str  # DuckDB's
    columns: Mapping[str, str]  # those of the logstore that it reads, and their types
    is_limited: bool  # by us, because it does not limit itself


def rewritten(text: str, columns: Mapping[str, str], logstore: str, now: datetime) -> Rewritten:
    """Raises CloudError."""
    query = _query(text)
    _fill_in_from(query)
    _check_tables(query, logstore)
    used = _resolve_columns(query, columns)
    _name_projections(query)
    is_limited = query.args.get("limit") is None
    if is_limited:
        query = query.limit(ROWS_WITHOUT_LIMIT, copy=False)
    for node in list(query.find_all(exp.JSONExtractScalar, exp.JSONExtract)):
        node.replace(exp.func("try", node.copy()))  # what is no JSON is null, as Presto has it
    try:
        return Rewritten(with_clock(query, now).sql("duckdb"), used, is_limited)
    except SqlglotError as error:
        raise errors.sql_failed(str(error)) from None


def _query(text: str) -> exp.Query:
    try:
        found = [tree for tree in sqlglot.parse(text, read="presto") if tree is not None]
    except ParseError as error:
        place = error.errors[0]
        raise errors.sql_syntax(place["line"], place["col"], place["highlight"]) from None
    except (SqlglotError, RecursionError) as error:
        raise errors.sql_failed(str(error)) from None
    # `set session parallel_sql=true;` may go before; it changes how a query runs, not what it answers.
    statements = [tree for tree in found if not isinstance(tree, exp.Set)]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise _no_query(text, statements)
    return statements[0]


def _no_query(text: str, statements: "list[exp.Expr]") -> CloudError:
    if len(statements) != 1:
        return errors.sql_refused(f"{len(statements)} statements")
    if isinstance(statements[0], exp.Alias | exp.Column | exp.Literal):  # no statement at all: `selec x`
        return errors.sql_syntax(1, 1, text.split()[0])
    return errors.sql_refused(type(statements[0]).__name__.upper())


def _fill_in_from(query: exp.Query) -> None:
    """One SELECT alone may leave FROM out; in nested ones the innermost may not."""
    selects = list(query.find_all(exp.Select))
    without = [select for select in selects if _from(select) is None]
    if len(selects) == 1 and without:
        selects[0].from_("log", copy=False)
    elif any(select.find(exp.Column, exp.Star) for select in without):
        raise errors.nested_without_from()


def _from(select: exp.Select) -> object:
    return select.args.get("from_") or select.args.get("from")


def _check_tables(query: exp.Query, logstore: str) -> None:
    """No functions as tables: in DuckDB they read files and settings."""
    named = {cte.alias_or_name for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.db or table.name not in {"log", logstore, *named}:
            raise errors.table_not_exist(table.name or table.sql("presto"))
        if table.name == logstore:
            table.set("this", exp.to_identifier("log"))


def _resolve_columns(query: exp.Query, columns: Mapping[str, str]) -> dict[str, str]:
    """Dotted names become one identifier; the columns of the logstore that the query reads."""
    by_name = {name.lower(): name for name in columns}
    used = dict(columns) if _reads_all(query) else {"__time__": columns["__time__"]}
    aliases = {table.alias_or_name for table in query.find_all(exp.Table, exp.Subquery, exp.CTE)}
    found: list[exp.Dot | exp.Column] = [*query.find_all(exp.Dot), *query.find_all(exp.Column)]
    for node in found:
        table, name = _named(node, by_name, aliases)
        if name is not None:
            used[name] = columns[name]
            node.replace(exp.column(exp.to_identifier(name, quoted=True), table=table))
    return used


def _named(node: exp.Dot | exp.Column, by_name: Mapping[str, str], aliases: set[str]) -> tuple[str | None, str | None]:
    """The table and the column of a name, the column None when the logstore has none such."""
    parts = [part.name for part in node.parts]
    whole = by_name.get(".".join(parts).lower())
    if whole is not None or parts[0] not in aliases:
        return None, whole
    return parts[0], by_name.get(".".join(parts[1:]).lower())


def _reads_all(query: exp.Query) -> bool:
    return any(not isinstance(star.parent, exp.Count) for star in query.find_all(exp.Star))


def _name_projections(query: exp.Query) -> None:
    """What has no name is called `_col0`, by its place."""
    select = query
    while isinstance(select, exp.SetOperation):
        select = select.left
    for place, item in enumerate(select.expressions if isinstance(select, exp.Select) else []):
        if not isinstance(item, exp.Alias | exp.Column | exp.Star):
            item.replace(exp.alias_(item.copy(), f"_col{place}", quoted=True))
