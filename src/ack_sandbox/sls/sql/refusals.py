"""DuckDB's errors in the words of the service."""

import re

from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.sls import errors

_COLUMN = re.compile(r'Referenced (?:column|table) "([^"]+)" not found')
_GROUP = re.compile(r'column "?([^"]+)"? must appear in the GROUP BY clause')
_FUNCTION = re.compile(r"Function with name \"?(\w+)\"? does not exist")
_ARGUMENTS = re.compile(r"argument types '(\w+)\(([^)]*)\)'")
_COMPARED = re.compile(r"Cannot compare values of type (\w+) and type (\w+)")
_TYPE = {"INTEGER_LITERAL": "integer"}


def from_duckdb(message: str, sql: str) -> CloudError:
    """`sql` is what the client wrote: places are told in it."""
    if found := _COLUMN.search(message):
        return errors.unresolved_column(*_place(sql, found[1]), found[1])
    if found := _GROUP.search(message):
        return errors.not_in_group_by(found[1])
    if found := _FUNCTION.search(message):
        return errors.unknown_function(found[1].lower())
    if found := _ARGUMENTS.search(message):
        return errors.sql_failed(f"Unexpected parameters ({found[2].lower()}) for function {found[1]}")
    if found := _COMPARED.search(message):
        left, right = (_TYPE.get(name, name.lower()) for name in found.groups())
        return errors.sql_failed(f"types {left} and {right} cannot be compared")
    return errors.sql_failed(message.splitlines()[0])


def _place(sql: str, name: str) -> tuple[int, int]:
    """Line and column of a name, counted from 1."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE)
    at = found.start() if found else 0
    before = sql[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
