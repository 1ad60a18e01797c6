"""Time in SQL: `__time__` is a number, functions of time take it as they take a timestamp.

Timestamps have no zone and are those of UTC+8, which the service uses everywhere unless a function names another.
"""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlglot import exp

from ack_sandbox.cloud.wire import BEIJING
from ack_sandbox.sls import errors

_OF_TIME = (
    exp.TimestampTrunc,
    exp.DateTrunc,
    exp.TimeToStr,
    exp.Extract,
    exp.Second,
    exp.Minute,
    exp.Hour,
    exp.Day,
    exp.DayOfMonth,
    exp.DayOfWeek,
    exp.DayOfWeekIso,
    exp.DayOfYear,
    exp.Week,
    exp.WeekOfYear,
    exp.Month,
    exp.Quarter,
    exp.Year,
)
_REPLACED = (exp.UnixToTime, exp.TimeToUnix, exp.CurrentTimestamp, exp.Localtimestamp, exp.CurrentDate)
_NUMBERS = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Paren, exp.Cast)


def offset_s(now: datetime, zone: str | None = None) -> int:
    """Seconds east of Greenwich. Raises CloudError for a zone that does not exist."""
    try:
        offset = now.astimezone(ZoneInfo(zone) if zone else BEIJING).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        raise errors.sql_failed(f"time zone {zone!r} is not known") from None
    return int(offset.total_seconds()) if offset else 0


def with_clock(tree: "exp.Expr", now: datetime) -> "exp.Expr":
    """The same query, changed in place, with functions that DuckDB has, and with the region's time for the present."""
    for node in tree.find_all(*_OF_TIME):
        for name in ("this", "expression"):
            given = node.args.get(name)
            if isinstance(given, exp.Expression) and _is_epoch(given):
                node.set(name, exp.UnixToTime(this=given.copy()))
    for node in reversed(list(tree.find_all(*_REPLACED))):  # the inner ones first
        node.replace(_translated(node, now))
    return tree


def _translated(node: "exp.Expr", now: datetime) -> "exp.Expr":
    match node:
        case exp.UnixToTime():
            zone = node.args.get("zone")
            return _timestamp(node.this, offset_s(now, zone.name if isinstance(zone, exp.Literal) else None))
        case exp.TimeToUnix():
            return exp.Paren(this=exp.Sub(this=exp.func("epoch", node.this), expression=_number(offset_s(now))))
        case exp.CurrentTimestamp() | exp.Localtimestamp():
            return _timestamp(exp.Literal.number(f"{now.timestamp():.3f}"), offset_s(now))
        case exp.CurrentDate():
            present = _timestamp(exp.Literal.number(int(now.timestamp())), offset_s(now))
            return exp.cast(present, "date")
        case _:
            return node


def _timestamp(seconds: "exp.Expr", offset: int) -> "exp.Expr":
    shifted = exp.Add(this=exp.cast(seconds.copy(), "double"), expression=_number(offset))
    microseconds = exp.Mul(this=exp.Paren(this=shifted), expression=_number(1_000_000))
    return exp.func("make_timestamp", exp.cast(microseconds, "bigint"))


def _number(value: int) -> "exp.Expr":
    return exp.Literal.number(value)


def _is_epoch(node: "exp.Expr") -> bool:
    """`__time__` itself, or arithmetic on it."""
    if isinstance(node, exp.Column):
        return node.name == "__time__"
    return isinstance(node, _NUMBERS) and any(_is_epoch(child) for child in node.iter_expressions())
