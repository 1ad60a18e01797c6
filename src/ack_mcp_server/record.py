"""What one call did, gathered while it runs, for the one line that is logged about it."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class CallRecord:
    """Each layer fills in what it learns; nothing here may hold a secret or free text."""

    caller: str = "-"
    cluster: str = "-"
    verb: str = "-"
    target: str = "-"
    decision: str = "allow"
    outcome: str = "ok"


_current: ContextVar[CallRecord | None] = ContextVar("call_record", default=None)


def begin() -> CallRecord:
    record = CallRecord()
    _current.set(record)
    return record


def current() -> CallRecord:
    """The running call's record; outside a call, one that nobody reads."""
    return _current.get() or CallRecord()
