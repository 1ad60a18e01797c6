"""What a cell of a result is as text, and the name that Presto has for its type: everything is answered as text."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_TYPES = {
    "VARCHAR": "varchar",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "UBIGINT": "bigint",
    "INTEGER": "integer",
    "DOUBLE": "double",
    "FLOAT": "real",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp",
    "DATE": "date",
    "JSON": "json",
    '"NULL"': "unknown",
}


def text_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return java_double(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case list() | tuple() | dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
        case _:
            return str(value)


def _plain(value: object) -> float | str:
    if isinstance(value, Decimal):
        return float(value)
    return text_of(value) if isinstance(value, date) else str(value)


def java_double(value: float) -> str:
    """From 10^7 on, and below 10^-3, Java writes `1.0E7`."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, rest = digits[0], "".join(str(digit) for digit in digits[1:]) or "0"
    return f"{'-' if sign else ''}{first}.{rest}E{int(exponent) + len(digits) - 1}"


def presto_type(duckdb_type: str) -> str:
    if duckdb_type.startswith("DECIMAL"):
        return duckdb_type.lower()
    if duckdb_type.endswith("[]"):
        return f"array({presto_type(duckdb_type[:-2])})"
    return _TYPES.get(duckdb_type, duckdb_type.lower())
