"""What containers write: a line is a function of the container, its start and its number, so it can be read again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ack_sandbox.draws import Draws

# A kubelet rotates logs: nothing older than this many lines can be read.
KEPT_LINES = 5000


@dataclass(frozen=True, kw_only=True)
class Script:
    """Lines at the start, lines that repeat while the container runs, and lines before it ends."""

    opening: tuple[str, ...] = ()
    steady: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    period: float = 5.0  # seconds between two steady lines


@dataclass(frozen=True)
class Line:
    at: datetime
    text: str


@dataclass(frozen=True)
class Run:
    """One life of a container: it started, and perhaps ended."""

    script: Script
    draws: Draws
    started: datetime
    ended: datetime | None = None

    def lines(self, until: datetime, first: int = 0) -> Iterator[Line]:
        """The lines from number `first` up to the moment `until`."""
        end = min(self.ended or until, until)
        count = self._count(end)
        for index in range(max(first, 0), count):
            yield self._line(index)
        if self.ended is not None and until >= self.ended:
            closing = self.script.closing
            for index, template in enumerate(closing[max(first - count, 0) :]):
                late = timedelta(milliseconds=7 * (len(closing) - index))
                yield Line(self.ended - late, self._fill(template, count + index, self.ended - late))

    def count(self, until: datetime) -> int:
        closed = len(self.script.closing) if self.ended is not None and until >= self.ended else 0
        return self._count(min(self.ended or until, until)) + closed

    def first_after(self, moment: datetime) -> int:
        """The number of the first line not written before `moment`."""
        return max(self._count(moment) - 1, 0) if moment > self.started else 0

    def _count(self, end: datetime) -> int:
        elapsed = (end - self.started).total_seconds()
        opened = min(len(self.script.opening), max(0, int(elapsed / OPENING_STEP) + 1))
        if not self.script.steady:
            return opened
        running = elapsed - len(self.script.opening) * OPENING_STEP
        return opened + max(0, int(running / self.script.period))

    def _line(self, index: int) -> Line:
        opening = self.script.opening
        if index < len(opening):
            at = self.started + timedelta(seconds=index * OPENING_STEP)
            return Line(at, self._fill(opening[index], index, at))
        number = index - len(opening)
        seconds = len(opening) * OPENING_STEP + (number + self._jitter(index)) * self.script.period
        at = self.started + timedelta(seconds=seconds)
        steady = self.script.steady
        return Line(at, self._fill(steady[self._dice(index, "which") % len(steady)], index, at))

    def _jitter(self, index: int) -> float:
        return (self._dice(index, "jitter") % 1000) / 1000

    def _dice(self, index: int, what: str) -> int:
        # A whole random source for each line would be far slower than one multiplication.
        mixed = (index + 1) * 2654435761 ^ self.draws.seed * 40503 ^ hash_of(what)
        return (mixed ^ (mixed >> 13)) & 0x7FFFFFFF

    def _fill(self, template: str, index: int, at: datetime) -> str:
        if "{" not in template:
            return template
        dice = self._dice(index, "figures")
        return (
            template.replace("{ts}", at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z")
            .replace("{time}", at.strftime("%Y/%m/%d %H:%M:%S"))
            .replace("{ms}", str(3 + dice % 240))
            .replace("{n}", str(dice % 100000))
            .replace("{small}", str(1 + dice % 40))
            .replace("{trace}", f"{dice * 2862933555777941757 & 0xFFFFFFFFFFFFFFFF:016x}")
            .replace("{ip}", f"10.{dice % 200}.{dice // 7 % 250}.{dice // 11 % 250}")
        )


OPENING_STEP = 0.35


def hash_of(text: str) -> int:
    value = 0
    for letter in text.encode():
        value = (value * 131 + letter) & 0xFFFFFFFF
    return value


DEFAULT_SCRIPT = Script(
    opening=("{ts} INFO starting", "{ts} INFO listening on :8080"),
    steady=(
        "{ts} INFO request method=GET path=/api/items status=200 duration={ms}ms trace={trace}",
        "{ts} INFO request method=GET path=/healthz status=200 duration=1ms trace={trace}",
        "{ts} INFO request method=POST path=/api/items status=201 duration={ms}ms trace={trace}",
    ),
)


@dataclass
class Logs:
    """The script of each container, by namespace, pod and container name; others write the default one."""

    draws: Draws
    scripts: dict[tuple[str, str, str], Script] = field(default_factory=dict)

    def write(self, namespace: str, pod: str, container: str, script: Script) -> None:
        self.scripts[(namespace, pod, container)] = script

    def run(self, key: tuple[str, str, str], started: datetime, ended: datetime | None) -> Run:
        # A new life of the container writes different figures.
        seed = hash_of("/".join(key)) ^ int(started.timestamp()) ^ self.draws.seed
        return Run(self.scripts.get(key, DEFAULT_SCRIPT), Draws(seed), started, ended)
