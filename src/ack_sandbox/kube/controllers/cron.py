"""When a schedule in cron syntax next comes round, in UTC."""

from datetime import UTC, datetime, timedelta

NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
# minute, hour, day of the month, month, day of the week
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
HORIZON_DAYS = 366


def after(schedule: str, at: datetime) -> datetime | None:
    """The first minute after `at` that the schedule names; None when it names none within a year, or is not read."""
    fields = NICKNAMES.get(schedule, schedule).split()
    try:
        minutes, hours, days, months, weekdays = (_numbers(*row) for row in zip(fields, RANGES, strict=True))
    except ValueError:
        return None
    moment = at.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    end = moment + timedelta(days=HORIZON_DAYS)
    either = "*" not in (fields[2], fields[4])
    while moment < end:
        in_month, in_week = moment.day in days, moment.isoweekday() % 7 in {each % 7 for each in weekdays}
        if moment.month not in months or not ((in_month or in_week) if either else (in_month and in_week)):
            moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
        elif moment.hour not in hours:
            moment = (moment + timedelta(hours=1)).replace(minute=0)
        elif moment.minute not in minutes:
            moment += timedelta(minutes=1)
        else:
            return moment
    return None


def _numbers(field: str, bounds: tuple[int, int]) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        first = bounds[0] if low == "*" else int(low)
        last = int(high) if high else (bounds[1] if low == "*" or step else first)
        found |= set(range(first, last + 1, int(step or 1)))
    return found
