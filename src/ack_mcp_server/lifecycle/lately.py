"""Changes that were sent moments ago: the cloud may not show them yet, so the same would be begun again."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ack_mcp_server.errors import (
    AckError,
    Conflict,
    DeadlineExceeded,
    TooLarge,
    Unavailable,
    UnexpectedAnswer,
)
from ack_mcp_server.services.cloud_errors import NotReached

SHOWN_AFTER = timedelta(seconds=30)
TOKEN_LASTS = timedelta(minutes=10)
_UNKNOWN = (DeadlineExceeded, Unavailable, UnexpectedAnswer, TooLarge)


def may_be_done(exc: AckError) -> bool:
    """Whether a change that failed so was begun all the same, for all that is known."""
    return isinstance(exc, _UNKNOWN) and not isinstance(exc, NotReached)


@dataclass
class Lately:
    """Lives as long as the server, in memory. A call lasts `timeout_s` at most."""

    now: Callable[[], datetime]
    timeout_s: float
    _sent: dict[str, datetime] = field(default_factory=dict, init=False)

    @contextmanager
    def once(self, same: str, subject: str, look: str) -> Iterator[None]:
        """Around sending; `same` stands for who asks for what, from which state. Raises Conflict."""
        self._check_new(same, subject, look)
        self._sent[same] = self.now() + timedelta(seconds=self.timeout_s) + SHOWN_AFTER
        try:
            yield
        except AckError as exc:
            if not may_be_done(exc):
                self._sent.pop(same, None)
                raise
            self._sent[same] = self.now() + SHOWN_AFTER
            raise
        self._sent[same] = self.now() + SHOWN_AFTER

    def _check_new(self, same: str, subject: str, look: str) -> None:
        now = self.now()
        self._sent = {key: until for key, until in self._sent.items() if now < until}
        if same in self._sent:
            raise Conflict(
                f"the same change of {subject} was sent moments ago, and from the same state; it was not sent again",
                next_step=f"Look at {look}; if it was not done, call again in a minute.",
            )


@dataclass
class ClientTokens:
    """Tokens by which the cloud knows a repeated call: the same for what is the same within ten minutes of the first,
    so that a call that is repeated by its caller, who had no answer, is done once. Those of several replicas mostly
    agree. Lives as long as the server, in memory."""

    now: Callable[[], datetime]
    _first: dict[str, datetime] = field(default_factory=dict, init=False)

    def of(self, same: str) -> str:
        now = self.now()
        self._first = {key: first for key, first in self._first.items() if now - first < TOKEN_LASTS}
        first = self._first.setdefault(same, now)
        tens = int(first.timestamp() // TOKEN_LASTS.total_seconds())
        return hashlib.sha256(f"{same} {tens}".encode()).hexdigest()[:48]
