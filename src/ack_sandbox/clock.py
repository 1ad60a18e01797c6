"""The region's clock: one object says what time it is, so a test can move it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Clock:
    """Wall time plus an offset that only moves forward."""

    source: Callable[[], datetime] = wall_clock
    offset: timedelta = field(default=timedelta())

    def now(self) -> datetime:
        return self.source() + self.offset

    def advance(self, by: timedelta) -> None:
        if by < timedelta():
            raise ValueError("the region's clock does not go back")
        self.offset += by
