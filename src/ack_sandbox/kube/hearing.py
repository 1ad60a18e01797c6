"""What was asked of an API server and what its events said, kept in memory for whoever writes the audit log."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.store import Change
from ack_sandbox.kube.users import User

KEPT = 20_000  # requests, and as many events; the oldest are forgotten
BODY_KEPT = 8 * 1024  # bytes; a larger body is not kept
READS = ("GET", "HEAD", "OPTIONS")
# Clients say an event of an object again once in five minutes after its first repetitions.
OFTEN, SELDOM = 10, timedelta(minutes=5)


@dataclass(slots=True)
class Heard:
    """One request, without its credentials; the code and the bodies are known when it was answered."""

    at: datetime
    method: str
    path: str
    query: str
    agent: str
    source: str  # the address of the client
    id: str
    user: User | None = None  # None: nobody was authenticated
    acting: User | None = None  # whom the user impersonated
    code: int = 0
    sent: bytes = field(default=b"", repr=False)
    answered: bytes = field(default=b"", repr=False)

    @property
    def reads(self) -> bool:
        return self.method in READS


def begun(scope: Mapping[str, Any], at: datetime) -> Heard:
    """The request of an ASGI scope."""
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    source = str((scope.get("client") or ("",))[0])
    query = scope["query_string"].decode("latin-1")
    method = scope.get("method", "GET")
    return Heard(at, method, scope["path"], query, agent.decode("latin-1"), source, str(uuid4()))


@dataclass
class Hearing:
    requests: deque[Heard] = field(default_factory=lambda: deque(maxlen=KEPT))
    events: deque[tuple[datetime, Object]] = field(default_factory=lambda: deque(maxlen=KEPT))
    _said: dict[str, datetime] = field(default_factory=dict)  # by uid of an event: when it was last kept

    def answered(self, heard: Heard, code: int, body: bytes = b"") -> None:
        heard.code = code
        if not heard.reads and len(body) <= BODY_KEPT:
            heard.answered = body
        self.requests.append(heard)

    def changed(self, change: Change) -> None:
        """A reaction to the store: keeps what is said by a new event, and some of its repetitions."""
        if change.resource != "/events" or change.type == "DELETED":
            return
        event = change.entry.object
        identity = str(event["metadata"].get("uid", change.entry.key))
        last = self._said.get(identity)
        if last is not None and change.at - last < SELDOM and (event.get("count") or 1) > OFTEN:
            return
        self._said[identity] = change.at
        self.events.append((change.at, event))
