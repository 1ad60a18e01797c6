"""Answers that are ordered to be incomplete: the next so many GetLogs of a logstore hold a part of their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import Lock

from ack_sandbox.cloud.faults.parameters import integer, one_of, parameter, read, text
from ack_sandbox.cloud.wire import Json


@dataclass(frozen=True)
class SlsOrder:
    """`logstore` may hold wildcards; `times` counts down over all logstores that it names."""

    kind: str = parameter(one_of("incomplete", "clear"))
    logstore: str = parameter(text(), "*")
    times: int = parameter(integer(1, 1_000_000), 1)


@dataclass
class _Pending:
    logstore: str
    times: int


class Progress:
    """What was ordered and not yet answered; orders come on the loop's thread, answers are made in others."""

    def __init__(self) -> None:
        self._pending: list[_Pending] = []
        self._lock = Lock()

    async def obey(self, given: Mapping[str, object]) -> Json:
        """Raises BadControlRequest for anything but an order."""
        order = read(SlsOrder, given)
        with self._lock:
            if order.kind == "clear":
                self._pending.clear()
            else:
                self._pending.append(_Pending(order.logstore, order.times))
            return {"incomplete": [{"logstore": item.logstore, "times": item.times} for item in self._pending]}

    def is_complete(self, logstore: str) -> bool:
        """Counts one answer."""
        with self._lock:
            ordered = (item for item in self._pending if fnmatchcase(logstore, item.logstore))
            found = next(ordered, None)
            if found is None:
                return True
            found.times -= 1
            self._pending = [item for item in self._pending if item.times]
            return False
