"""Connections of the HTTP server: bounded in number, and closed when they ask for nothing or take no answer."""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10  # for a whole request head, from the connection's first moment or from the head's first byte
AHEAD_BYTES = 64 * 1024  # of further requests while one is answered; uvicorn would take them in without end
STALL_S = 30  # for a client that reads nothing while its answer waits


class Room:
    """Who holds a connection without a request, the longest waiting first: who goes when there is no room."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._idle: dict[Connection, None] = {}

    def enter(self, connection: "Connection") -> None:
        self._idle[connection] = None

    def leave(self, connection: "Connection") -> None:
        self._idle.pop(connection, None)

    def longest_idle(self) -> "Connection | None":
        return next(iter(self._idle), None)


class _Deadline:
    """Calls once when it passes; may be stopped and begun again."""

    def __init__(self, loop: asyncio.AbstractEventLoop, then: Callable[[], None]) -> None:
        self._loop = loop
        self._then = then
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, seconds: float) -> None:
        """Not anew while it runs: a client that drips bytes would be waited for without end."""
        if self._timer is None:
            self._timer = self._loop.call_later(seconds, self._then)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Connection(H11Protocol):
    """uvicorn's own, with the deadlines and the bound that it does not have."""

    room: Room

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head = _Deadline(self.loop, self.drop)
        self._stall = _Deadline(self.loop, self.drop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head.begin(HEAD_S)
        if len(self.connections) > self.room.capacity:
            # A silent connection gives way to a new one; while all have requests, the new one itself goes.
            (self.room.longest_idle() or self).drop()
        if not transport.is_closing():
            self.room.enter(self)

    def drop(self) -> None:
        self.room.leave(self)
        # Not closed: that would wait until a client that does not read has read everything.
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answering():
            self._head.stop()
            self.room.leave(self)
            if len(self.conn.trailing_data[0]) > AHEAD_BYTES:
                self.drop()
        else:
            self._head.begin(HEAD_S)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._is_answering() and not self.transport.is_closing():
            self.room.enter(self)

    def timeout_keep_alive_handler(self) -> None:
        self.drop()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall.begin(STALL_S)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stall.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.room.leave(self)
        self._head.stop()
        self._stall.stop()

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete


def bounded(capacity: int) -> type[Connection]:
    """The connections of one server, which holds so many of them."""

    class Bounded(Connection):
        room = Room(capacity)

    return Bounded
