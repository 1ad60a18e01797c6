"""One call on the wire, watched from outside the thread that makes it."""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Protocol


class Connection(Protocol):
    sock: socket.socket | None


class BodyTooLarge(Exception):
    """Not an OSError on purpose: the SDK would take it for a connection that may be tried again."""


class Attempt:
    """One call on the wire: what came back so far, and a way to end it from another thread."""

    def __init__(self) -> None:
        self.status = 0
        self.content_type = ""
        self.headers: Mapping[str, str] = {}  # those of the service itself, names in lower case
        self.body = b""
        self.reached = False  # there was a connection, so something may have been sent
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._aborted = False

    def holds(self, connection: Connection) -> None:
        """From now on an abort ends this connection. Raises ConnectionAbortedError when it came before."""
        with self._lock:
            self._connection = connection
            self.reached = self.reached or connection.sock is not None
            aborted = self._aborted
        if aborted:
            raise ConnectionAbortedError("the call was aborted")

    def let_go(self) -> None:
        """The connection is another call's from now on; an abort that comes later must not end that one."""
        with self._lock:
            self._connection = None

    def abort(self) -> None:
        """Wakes the thread that waits on this call; its read fails and the thread goes back to the pool."""
        with self._lock:
            self._aborted = True
            sock = self._connection.sock if self._connection else None
            if sock is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    @property
    def aborted(self) -> bool:
        return self._aborted


current_attempt: ContextVar[Attempt | None] = ContextVar("sdk_attempt", default=None)
