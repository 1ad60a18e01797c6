"""The columns that SQL sees of a logstore, and their values by column."""

from collections.abc import Mapping, Sequence

from ack_sandbox.sls.rows.plans import FieldIndex, Row
from ack_sandbox.sls.search.fields import value_of

_TYPES = {"long": "BIGINT", "double": "DOUBLE"}
_RESERVED = {"__time__": "BIGINT", "__source__": "VARCHAR", "__topic__": "VARCHAR"}


def columns_of(index: Mapping[str, FieldIndex]) -> dict[str, str]:
    """DuckDB's type of each column; a key within a JSON field is a column with a dot in its name."""
    analysed = {name: _TYPES.get(field.type, "VARCHAR") for name, field in index.items() if field.doc_value}
    return _RESERVED | analysed


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def table_of(columns: Mapping[str, str]) -> str:
    """A statement that makes the empty table."""
    return f"create table log ({', '.join(f'{quoted(name)} {kind}' for name, kind in columns.items())})"


def insertion_into(columns: Mapping[str, str]) -> str:
    """A statement that takes a list of texts for each column; what is no number becomes null in a column of numbers."""
    values = ", ".join(f"try_cast(unnest(?::varchar[]) as {kind})" for kind in columns.values())
    return f"insert into log select {values}"


def values_of(rows: Sequence[Row], columns: Mapping[str, str]) -> list[list[str | None]]:
    return [[value_of(row, name) for row in rows] for name in columns]
