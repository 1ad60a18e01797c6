"""What time it is where the stamps of a cluster are made: by a clock of ours that differs, troubles look too young."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_TOLERATED = timedelta(seconds=10)  # no trouble is judged by so little


def time_there(said: str, age_s: float, here: datetime) -> datetime:
    """By what an API server said `age_s` ago (the Date of an answer), where that is not nearly the time `here`."""
    heard = _read(said)
    there = heard and heard + timedelta(seconds=age_s)
    return there if there and abs(there - here) > _TOLERATED else here


def apart(there: datetime, here: datetime) -> str:
    """What is said of clocks that differ."""
    if there == here:
        return ""
    minutes = abs((there - here).total_seconds()) / 60
    way = "ahead of" if there > here else "behind"
    return f"the API server's clock is {minutes:.1f} minutes {way} this server's; times are told by the API server's"


def _read(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
