"""Runs a query in a database of its own, in memory, that reaches nothing else."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ack_sandbox.sls import errors
from ack_sandbox.sls.rows.plans import FieldIndex, Row
from ack_sandbox.sls.sql.columns import columns_of, insertion_into, table_of, values_of
from ack_sandbox.sls.sql.refusals import from_duckdb
from ack_sandbox.sls.sql.values import presto_type, text_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DEADLINE_S = 10.0
MOST_ROWS = 100_000
ROWS_AT_ONCE = 4000  # while DuckDB reads our lists no other thread of ours runs
_CONFIG: Mapping[str, str | bool | int | float | list[str]] = {
    "memory_limit": "512MB",
    "threads": 2,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "integer_division": True,  # Presto divides integers to an integer
}
# In this order: without access outside, not even the directory for what does not fit in memory can be taken away.
_LOCKS = ("set temp_directory = ''", "set enable_external_access = false", "set lock_configuration = true")
_MACROS = (
    "create macro map_agg(k, v) as map(list_distinct(list(k)),"
    " list_transform(list_distinct(list(k)), lambda key: list(v)[list_position(list(k), key)]))",
    "create macro to_iso8601(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.%g+08:00')",
    r"create macro url_extract_host(url) as nullif(regexp_extract(url, '^[^:/?#]+://([^/:?#]*)', 1), '')",
    r"create macro url_extract_path(url) as regexp_extract(url, '^(?:[^:/?#]+://[^/?#]*)?([^?#]*)', 1)",
    r"create macro url_extract_query(url) as nullif(regexp_extract(url, '\?([^#]*)', 1), '')",
)


@dataclass(frozen=True)
class Table:
    """What SQL answers; `limited` is the number of rows that were taken because the query set no limit."""

    names: Sequence[str]
    types: Sequence[str]
    rows: Sequence[Mapping[str, str]]
    limited: int


def run(
    text: str,
    rows: Sequence[Row],
    index: Mapping[str, FieldIndex],
    logstore: str,
    now: datetime,
    deadline_s: float = DEADLINE_S,
) -> Table:
    """Blocks its thread. Raises CloudError."""
    try:
        import duckdb  # optional, and it takes as long to load as half of the sandbox's start
    except ImportError:
        raise errors.no_sql_engine() from None
    from ack_sandbox.sls.sql.rewriting import ROWS_WITHOUT_LIMIT, rewritten

    query = rewritten(text, columns_of(index), logstore, now)
    try:
        with _database() as connection:
            _fill(connection, rows, query.columns)
            with _interrupted_after(connection, deadline_s):
                names, types, cells = _answer(connection, query.sql)
    except duckdb.InterruptException:
        raise errors.sql_too_slow(deadline_s) from None
    except duckdb.OutOfMemoryException:
        raise errors.sql_failed("Query exceeded memory limit") from None
    except duckdb.Error as error:
        raise from_duckdb(str(error), text) from None
    found = [{name: text_of(value) for name, value in zip(names, row, strict=True)} for row in cells]
    return Table(names, types, found, ROWS_WITHOUT_LIMIT if query.is_limited else 0)


@contextmanager
def _database() -> "Iterator[DuckDBPyConnection]":
    import duckdb

    with duckdb.connect(":memory:", config=dict(_CONFIG)) as connection:
        for macro in _MACROS:
            connection.execute(macro)
        for setting in _LOCKS:
            connection.execute(setting)
        yield connection


def _fill(connection: "DuckDBPyConnection", rows: Sequence[Row], columns: Mapping[str, str]) -> None:
    connection.execute(table_of(columns))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        connection.execute(insertion_into(columns), values_of(rows[start : start + ROWS_AT_ONCE], columns))


@contextmanager
def _interrupted_after(connection: "DuckDBPyConnection", seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _answer(connection: "DuckDBPyConnection", sql: str) -> tuple[list[str], list[str], list[tuple[object, ...]]]:
    result = connection.execute(sql)
    description = result.description or []
    cells = result.fetchmany(MOST_ROWS)
    return [item[0] for item in description], [presto_type(str(item[1])) for item in description], cells
