"""What containers wrote, one stream each: kept as kubectl prints it, or given to the tail of an answer as it comes."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from ack_mcp_server.answers.log_tail import LogTail

# Each line of a log that was asked for with stamps begins with one; a message of the kubelet itself does not.
_STAMP = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) ", re.MULTILINE)


class KeptTail:
    """The last `limit` bytes of a log, and how much there was."""

    def __init__(self, limit: int) -> None:
        self.bytes = self.lines = 0
        self._limit, self._held = limit, 0
        self._chunks: deque[bytes] = deque()

    def feed(self, chunk: bytes) -> bool:
        """Always wants more."""
        self.bytes += len(chunk)
        self.lines += chunk.count(b"\n")
        self._chunks.append(chunk)
        self._held += len(chunk)
        while self._held - len(self._chunks[0]) >= self._limit:
            self._held -= len(self._chunks.popleft())
        return True

    @property
    def cut(self) -> bool:
        return self.bytes > self._held

    def kept(self) -> bytes:
        """From the first whole line on."""
        held = b"".join(self._chunks)
        return held.partition(b"\n")[2] if self.cut else held


@dataclass
class LogStream:
    """Of one container; `source` is `pod/container`. `stamped`: its lines came with stamps. `trouble` is what kubectl
    prints in the place of a log that it could not read."""

    source: str
    reader: KeptTail | LogTail
    stamped: bool = False
    trouble: str = ""

    def fail(self, message: str) -> None:
        """Goes on with the next stream."""
        told = f"error: {message}\n"
        if isinstance(self.reader, LogTail):
            self.reader.feed(told.encode())
        else:
            self.trouble = told

    def printed(self, *, timestamps: bool, prefixed: bool) -> str:
        """As kubectl prints it; nothing when an answer's tail has read it."""
        data = self.reader.kept() if isinstance(self.reader, KeptTail) else b""
        if self.stamped and not timestamps:
            data = _STAMP.sub(b"", data)
        text = data.decode(errors="replace")
        if prefixed:
            text = "".join(f"[pod/{self.source}] {line}" for line in _whole_lines(text))
        return text + self.trouble


def _whole_lines(text: str) -> list[str]:
    """With their breaks; the last one may have none."""
    *ended, rest = text.split("\n")
    return [*(f"{line}\n" for line in ended), *([rest] if rest else [])]


@dataclass
class LogBlock:
    """The streams that one command asked for, in the order of pods and containers. `timestamps` and `prefixed` say what
    was asked to be shown; `grep` what is looked for."""

    streams: Sequence[LogStream] = ()
    timestamps: bool = False
    prefixed: bool = False
    grep: str = ""
    tails: dict[str, LogTail] = field(init=False)

    def __post_init__(self) -> None:
        self.tails = {stream.source: stream.reader for stream in self.streams if isinstance(stream.reader, LogTail)}

    @property
    def text(self) -> str:
        """As kubectl prints it."""
        return "".join(stream.printed(timestamps=self.timestamps, prefixed=self.prefixed) for stream in self.streams)
