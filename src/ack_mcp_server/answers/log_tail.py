"""The tail of one container's log as its bytes stream by: cleaned, searched, folded, and never held whole."""

from collections import deque
from collections.abc import Callable, Sequence

from ack_mcp_server.answers.clean import clean
from ack_mcp_server.answers.folding import Folder, LogLine, Run
from ack_mcp_server.answers.grep import LinePattern
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.stamps import split_stamp, stamp_of

STAMPED, NUMBERED = "t", "n"  # what a token counts: nanoseconds, or lines from the beginning
_LINE = 16_384  # bytes of one line that are kept
_PER_RUN = 8  # bytes that a run takes besides its text
_ONE_LINE = tuple((sign.encode(), b" ") for sign in ("\r\n", "\r", "\u2028", "\u2029"))


def _as_it_is(text: str) -> str:
    return text


class LogTail:
    """What fits in the room of the last lines, or of those before the room's start.

    `stamped` says that every line begins with its stamp (`timestamps=true`), without which several logs cannot be
    merged. `hide` is given all lines as they come, and `redact` clean text of whole lines; a pattern sees what they
    leave and nothing else, so that nobody can guess a secret by asking for it. Raises InvalidInput when the room's
    start is not one of a log.
    """

    def __init__(
        self,
        room: Room,
        *,
        pattern: LinePattern | None = None,
        redact: Callable[[str], str] = _as_it_is,
        hide: Callable[[Sequence[str]], Sequence[str]] = list,
        stamped: bool = False,
    ) -> None:
        self.read = self.matched = 0  # lines
        self.dropped = ""  # the place of the last line that did not fit
        self.stamped, self.searched = stamped, pattern is not None
        self._limit, self._until = room.content, _until(room, stamped)
        self._pattern, self._redact, self._hide = pattern, redact, hide
        self._runs: deque[Run] = deque()
        self._folder = Folder(self._keep)
        self._used = self._lost = self._number = 0
        self._rest = b""
        self._at = ""
        self._past = False

    def feed(self, chunk: bytes) -> bool:
        """Takes the next bytes. False when what follows is not wanted any more."""
        if self._lost:
            chunk = self._end_of_long_line(chunk)
        whole, newline, rest = (self._rest + chunk).rpartition(b"\n")
        self._rest, self._lost = (rest[:_LINE], max(len(rest) - _LINE, 0)) if not self._lost else (rest, self._lost)
        if newline:
            self._take(whole)
        return not self._past

    def finish(self) -> Sequence[Run]:
        """What is kept, the oldest first."""
        if self._rest:
            self.feed(b"\n")
        self._folder.finish()
        return self._runs if self.searched else self._redacted(list(self._runs))

    def _end_of_long_line(self, chunk: bytes) -> bytes:
        """What follows the line of which only the beginning is kept; its missing bytes are counted."""
        skipped, newline, after = chunk.partition(b"\n")
        self._lost += len(skipped)
        if not newline:
            return b""
        self._rest += f" … (+{self._lost:,} bytes)".encode()
        self._lost = 0
        return newline + after

    def _take(self, block: bytes) -> None:
        for sign, blank in _ONE_LINE:
            block = block.replace(sign, blank) if sign in block else block
        places, texts = self._placed(clean(block).split("\n"))
        if self._pattern is None:
            self.matched += len(texts)
        else:
            redacted = self._redact("\n".join(texts))
            if not self._pattern.block(redacted):
                return
            texts = redacted.split("\n")
        self._select(places, texts)

    def _placed(self, lines: Sequence[str]) -> tuple[list[str], list[str]]:
        """The places and texts of those lines that are wanted by their place."""
        placed = [self._place(line) for line in lines]
        placed = list(zip((at for at, _ in placed), self._hide([text for _, text in placed]), strict=True))
        wanted = [pair for pair in placed if not self._until or pair[0] <= self._until]
        self._past = not wanted
        self.read += len(wanted)
        return [at for at, _ in wanted], [_shortened(text) for _, text in wanted]

    def _place(self, line: str) -> tuple[str, str]:
        if not self.stamped:
            self._number += 1
            return f"{self._number:013d}", line
        stamp, text = split_stamp(line)
        self._at = stamp or self._at
        return self._at, text

    def _select(self, places: Sequence[str], texts: Sequence[str]) -> None:
        for number, text in enumerate(texts[: len(texts) if places else 0]):
            if self._pattern is not None:
                if not self._pattern.line(text):
                    continue
                self.matched += 1
            self._folder.push(LogLine(places[min(number, len(places) - 1)], text))

    def _keep(self, run: Run) -> None:
        self._runs.append(run)
        self._used += _bytes(run)
        while self._used > self._limit and len(self._runs) > 1:
            gone = self._runs.popleft()
            self._used -= _bytes(gone)
            self.dropped = gone.last

    def _redacted(self, runs: list[Run]) -> list[Run]:
        lines = [line for run in runs for line in run.lines]
        texts = self._redact("\n".join(line.text for line in lines)).split("\n") if lines else []
        if len(texts) != len(lines):  # then it cannot be told which line is which; shown in the order that is left
            return [Run([LogLine(lines[min(i, len(lines) - 1)].at, text)]) for i, text in enumerate(texts)]
        for line, text in zip(lines, texts, strict=True):
            line.text = text
        return runs


def _until(room: Room, stamped: bool) -> str:
    """The place of the last line that is wanted; empty when all are."""
    counts = room.counts(STAMPED if stamped else NUMBERED, 1)
    if not counts:
        return ""
    return stamp_of(counts[0]) if stamped else f"{counts[0]:013d}"


def _bytes(run: Run) -> int:
    return sum(len(line.text) for line in run.lines) + _PER_RUN * len(run.lines)


def _shortened(text: str) -> str:
    return text if len(text) <= _LINE + 40 else f"{text[:_LINE]} … (+{len(text) - _LINE:,} characters)"
