"""Folds what a log repeats: runs of one line, and of blocks of a few lines, that say the same.

Lines say the same when they differ only in times, durations, ids and running numbers. A number that may be a status,
an exit code or an amount is part of what a line says.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

BLOCK = 8  # lines of the longest block
_LONG = 2000  # characters of a line beyond which only equal ones are folded
_NOT_IN_QUICK = b"0123456789abcdefABCDEF-."
_COUNTERS = frozenset(form(word) for word in ("attempt", "retry", "try", "iteration") for form in (str, str.title))
_REMEMBERED = 2000  # words
_VARYING = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"  # dates and times
    r"|\b\d\d:\d\d:\d\d(?:[.,]\d+)?"
    r"|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"  # UUIDs
    r"|\b0x[0-9a-fA-F]+\b|\b(?=[a-f]*\d)[0-9a-f]{7,}\b"  # addresses, hashes; numbers of 7 digits and more
    r"|\b(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+\b|\b\d+\.\d{3,}\b|\b\d{5,}\b"  # durations, seconds, running numbers
    r"|\b(?i:attempt|retry|try|seq|offset|iteration)[=:#]{1,2}\d+"  # counters that say so
)


class LogLine:
    """A line without its stamp; `at` orders it within its stream, as fixed-width text."""

    __slots__ = ("at", "quick", "shape", "text")

    def __init__(self, at: str, text: str) -> None:
        self.at, self.text = at, text
        self.quick = text.encode().translate(None, _NOT_IN_QUICK)  # equal for lines that say the same, and cheap
        self.shape = ""  # found when it is needed


class Shapes:
    """What lines say without what varies. Words are remembered, because logs are made of few."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def same(self, line: LogLine, other: LogLine) -> bool:
        if line.quick != other.quick:
            return False
        return line.text == other.text or self._of(line) == self._of(other)

    def _of(self, line: LogLine) -> str:
        if not line.shape:
            line.shape = self._found(line.text) if len(line.text) <= _LONG else line.text
        return line.shape

    def _found(self, text: str) -> str:
        words, before = [], ""
        for word in text.split(" "):
            shape = self._words.get(word) or self._learn(word)
            words.append("#" if before in _COUNTERS and word[:1].isdigit() else shape)
            before = word
        return " ".join(words)

    def _learn(self, word: str) -> str:
        if len(self._words) >= _REMEMBERED:
            self._words.clear()
        shape = self._words[word] = _VARYING.sub("#", word)
        return shape


@dataclass
class Run:
    """A block of lines, as it came the last time, that came `times` times; `exact` when always in the same words."""

    lines: list[LogLine]
    times: int = 1
    exact: bool = True

    @property
    def last(self) -> str:
        return self.lines[-1].at

    @property
    def stands_for(self) -> int:
        """Lines of the log."""
        return len(self.lines) * self.times

    def mark(self) -> str:
        if self.times == 1:
            return ""
        block = f"{len(self.lines)} lines " if len(self.lines) > 1 else ""
        return f" ({block}×{self.times:,}{'' if self.exact else ' alike'})"


@dataclass
class Folder:
    """Gives finished runs to `emit`; holds at most three blocks of lines itself."""

    emit: Callable[[Run], None]
    _recent: list[LogLine] = field(default_factory=list)
    _shapes: Shapes = field(default_factory=Shapes)
    _run: Run | None = None
    _next: list[LogLine] = field(default_factory=list)  # of the run's next repetition, as far as it came

    def push(self, line: LogLine) -> None:
        if self._run is not None and self._goes_on(self._run, line):
            return
        self._recent.append(line)
        if self._run is None:
            self._look_for_a_run()
        if len(self._recent) > 2 * BLOCK:
            self.emit(Run([self._recent.pop(0)]))

    def finish(self) -> None:
        self._end_run()
        for line in self._recent:
            self.emit(Run([line]))
        self._recent = []

    def _goes_on(self, run: Run, line: LogLine) -> bool:
        expected = run.lines[len(self._next)]
        if not self._shapes.same(expected, line):
            self._end_run()
            return False
        run.exact = run.exact and expected.text == line.text
        self._next.append(line)
        if len(self._next) == len(run.lines):
            run.lines, run.times, self._next = self._next, run.times + 1, []
        return True

    def _end_run(self) -> None:
        if self._run is not None:
            self.emit(self._run)
        self._recent, self._run, self._next = [*self._next, *self._recent], None, []

    def _look_for_a_run(self) -> None:
        recent, last = self._recent, self._recent[-1]
        for size in range(1, min(BLOCK, len(recent) // 2) + 1):
            if not self._shapes.same(recent[-1 - size], last):
                continue
            before, now = recent[-2 * size : -size], recent[-size:]
            if all(map(self._shapes.same, before, now)):
                for line in recent[: -2 * size]:
                    self.emit(Run([line]))
                self._run = Run(now, 2, all(a.text == b.text for a, b in zip(before, now, strict=True)))
                self._recent = []
                return
