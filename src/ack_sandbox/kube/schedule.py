"""Things that happen later by the region's clock: a pod that finishes terminating, a namespace that empties."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

Action = Callable[[datetime], None]


@dataclass
class Schedule:
    _due: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def at(self, moment: datetime, action: Action) -> None:
        heapq.heappush(self._due, (moment, next(self._order), action))

    def run(self, now: datetime) -> None:
        """Run every action that is due, in order; an action may schedule others."""
        while self._due and self._due[0][0] <= now:
            moment, _, action = heapq.heappop(self._due)
            action(moment)
