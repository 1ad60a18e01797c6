"""Work that is due: one look at one object at a time, however many changes asked for it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ack_sandbox.kube.schedule import Schedule

log = logging.getLogger(__name__)

Look = Callable[[str, str, datetime], None]  # namespace, name, the moment it is done
Key = tuple[Look, str, str]


@dataclass
class Queue:
    """An earlier look takes the place of a later one: each look asks itself for the next that it needs."""

    schedule: Schedule
    _due: dict[Key, datetime] = field(default_factory=dict)

    def add(self, look: Look, namespace: str, name: str, at: datetime) -> None:
        key = (look, namespace, name)
        known = self._due.get(key)
        if known is not None and known <= at:
            return
        self._due[key] = at
        self.schedule.at(at, lambda moment: self._run(key, moment))

    def _run(self, key: Key, at: datetime) -> None:
        if self._due.get(key) != at:
            return
        del self._due[key]
        look, namespace, name = key
        try:
            look(namespace, name, at)
        except Exception as error:  # noqa: BLE001 - an object that nobody can work with must not stop the others
            log.error("nothing was done about %s/%s: %r", namespace, name, error)
