"""What a query may use: samples in all, and the time of its caller."""

from dataclasses import dataclass

from ack_sandbox.promql.model import Check, QueryError

_CHECKED_EVERY = 20_000


@dataclass
class Budget:
    """`take` is told of every sample that is looked at; the caller's check runs about every 20,000 of them."""

    samples: int
    check: Check
    _unchecked: int = 0

    def take(self, samples: int) -> None:
        self.samples -= samples
        if self.samples < 0:
            raise QueryError("execution", "query processing would load too many samples into memory in query execution")
        self._unchecked += samples + 1
        if self._unchecked > _CHECKED_EVERY:
            self._unchecked = 0
            self.check()
