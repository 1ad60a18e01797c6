"""Where the rows come from, and whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from ack_sandbox.cloud.accounts import KEYS
from ack_sandbox.sls.rows.plans import LogStorePlan, ProjectPlan, Row

_ACCOUNTS = tuple(dict.fromkeys(key.account for key in KEYS))


class Source(Protocol):
    """`rows.store.LogStores`: made at first use, one thread at a time."""

    def projects(self, account: str) -> list[ProjectPlan]: ...

    def logstores(self, project: str) -> list[LogStorePlan]: ...

    def rows(self, project: str, logstore: str, since: int, until: int) -> Sequence[Row]: ...


@dataclass(frozen=True)
class Owned:
    project: ProjectPlan
    account: str


class Stores:
    """The source, asked by one thread at a time."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lock = Lock()

    def projects(self, account: str) -> list[ProjectPlan]:
        with self._lock:
            return self._source.projects(account)

    def owned(self, name: str) -> Owned | None:
        """Names of projects are unique over all accounts."""
        projects = (Owned(project, account) for account in _ACCOUNTS for project in self.projects(account))
        return next((owned for owned in projects if owned.project.name == name), None)

    def logstores(self, project: str) -> list[LogStorePlan]:
        with self._lock:
            return sorted(self._source.logstores(project), key=lambda logstore: logstore.name)

    def rows(self, project: str, logstore: str, since: int, until: int) -> Sequence[Row]:
        with self._lock:
            return self._source.rows(project, logstore, since, until)
