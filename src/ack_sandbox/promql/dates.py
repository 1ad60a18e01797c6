"""Calendar fields of a time in seconds, UTC."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime

from ack_sandbox.promql.floats import NAN


def _field(read: Callable[[datetime], int]) -> Callable[[float], float]:
    def of(seconds: float) -> float:
        try:
            return float(read(datetime.fromtimestamp(int(seconds), UTC)))
        except (OverflowError, ValueError, OSError):
            return NAN

    return of


FIELDS: dict[str, Callable[[float], float]] = {
    "minute": _field(lambda time: time.minute),
    "hour": _field(lambda time: time.hour),
    "day_of_week": _field(lambda time: time.isoweekday() % 7),
    "day_of_month": _field(lambda time: time.day),
    "day_of_year": _field(lambda time: time.timetuple().tm_yday),
    "days_in_month": _field(lambda time: monthrange(time.year, time.month)[1]),
    "month": _field(lambda time: time.month),
    "year": _field(lambda time: time.year),
}
