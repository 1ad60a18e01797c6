"""Logs as an answer: the last lines that fit, of one container or of several in the order of time."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass

from ack_mcp_server.answers.folding import Run
from ack_mcp_server.answers.log_tail import NUMBERED, STAMPED, LogTail
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.stamps import nanoseconds


@dataclass(frozen=True)
class LogText:
    """`shown` of the `matched` lines of the log, of `read` ones; a folded line counts as often as it came."""

    text: str
    shown: int
    matched: int
    read: int
    searched: bool = False
    token: str = ""

    def notes(self, how: str = "use grep, since") -> tuple[str, ...]:
        """What the last line says: nothing when the whole log is shown."""
        match = f"{self.matched:,} of {self.read:,} lines match" if self.searched else ""
        if not self.token:
            return (match,) if match else ()
        shown = (
            f"{match}, last {self.shown:,} shown" if match else f"last {self.shown:,} of {self.matched:,} lines shown"
        )
        # Not the words of a page's note: what comes next lies before.
        return (f'{shown}. Earlier ones: the same call with continue="{self.token}"{f", or {how}" * bool(how)}.',)


@dataclass(frozen=True)
class _Shown:
    run: Run
    text: str

    @property
    def bytes(self) -> int:
        return len(self.text.encode()) + 1


def log_text(tails: Mapping[str, LogTail], room: Room, *, timestamps: bool = False) -> LogText:
    """The tails, read to their end and merged by their stamps when there are several; each line then begins with the
    key of its tail, such as `web-0/app`. Stamps are left out unless asked for."""
    merged = _merged(tails, timestamps=timestamps)
    dropped = max((tail.dropped for tail in tails.values()), default="")
    older = sum(shown.run.last < dropped for shown in merged)  # of one log, than what another could not keep
    first = max(_first_that_fits(merged, room.content), min(older, len(merged) - 1))
    last_out = max([dropped, *(shown.run.last for shown in merged[:first])])
    stamped = any(tail.stamped for tail in tails.values())
    return LogText(
        text="\n".join(_cut(shown.text, room.content) for shown in merged[first:]),
        shown=sum(shown.run.stands_for for shown in merged[first:]),
        matched=sum(tail.matched for tail in tails.values()),
        read=sum(tail.read for tail in tails.values()),
        searched=any(tail.searched for tail in tails.values()),
        token=_token(room, last_out, merged[-1].run.last, stamped=stamped) if last_out else "",
    )


def _merged(tails: Mapping[str, LogTail], *, timestamps: bool) -> list[_Shown]:
    streams = [
        [_Shown(run, _printed(run, f"{name}: " if len(tails) > 1 else "", timestamps)) for run in tail.finish()]
        for name, tail in tails.items()
    ]
    return list(heapq.merge(*streams, key=lambda shown: shown.run.last))


def _printed(run: Run, prefix: str, timestamps: bool) -> str:
    lines = [f"{prefix}{f'{line.at} ' if timestamps else ''}{line.text}" for line in run.lines]
    return "\n".join(lines) + run.mark()


def _first_that_fits(merged: list[_Shown], limit: int) -> int:
    """The place of the first line such that all from it on fit; at least the last one is shown."""
    used = 0
    for place in range(len(merged) - 1, -1, -1):
        used += merged[place].bytes
        if used > limit:
            return min(place + 1, len(merged) - 1)
    return 0


def _cut(text: str, limit: int) -> str:
    raw = text.encode()
    return (
        text
        if len(raw) <= limit
        else f"{raw[: max(limit - 40, 0)].decode(errors='ignore')} … (+{len(raw) - limit + 40:,} bytes)"
    )


def _token(room: Room, last_out: str, last_shown: str, *, stamped: bool) -> str:
    """Goes on with the last line that was left out, and repeats shown ones of its moment. More lines of one moment than
    fit are passed over, because the next answer would be this one again."""
    place = nanoseconds(last_out) if stamped else int(last_out)
    return room.token(STAMPED if stamped else NUMBERED, max(place - (last_out == last_shown), 0))
