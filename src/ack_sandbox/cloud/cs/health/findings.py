"""A probe looks at one thing and finds trouble or none; what it found is a finding, also when all is well."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from ack_sandbox.cloud.cs.health.view import View

T = TypeVar("T")
Level = Literal["normal", "advice", "warning", "error", "critical"]
LEVELS: tuple[Level, ...] = ("normal", "advice", "warning", "error", "critical")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is wrong, with the evidence in the message; `level` is given where it differs from the probe's."""

    message: str
    remedy: str
    value: str = ""
    targets: tuple[str, ...] = ()
    level: Level | None = None


@dataclass(frozen=True)
class Probe(Generic[T]):
    name: str
    group: str
    display: str
    level: Level
    look: Callable[[View, T], Trouble | None]


@dataclass(frozen=True, kw_only=True)
class Finding:
    phase: str
    group: str
    name: str
    display: str
    level: Level
    trouble: Trouble | None = None


def findings(view: View, phase: str, probes: Sequence[Probe[T]], subject: T) -> list[Finding]:
    return [_finding(view, phase, probe, subject) for probe in probes]


def _finding(view: View, phase: str, probe: Probe[T], subject: T) -> Finding:
    trouble = probe.look(view, subject)
    level = (trouble.level or probe.level) if trouble else "normal"
    return Finding(phase=phase, group=probe.group, name=probe.name, display=probe.display, level=level, trouble=trouble)


def worst(found: Iterable[Finding]) -> Level:
    return max((each.level for each in found), key=LEVELS.index, default="normal")


def listed(names: Sequence[str], most: int = 5) -> str:
    """ "a, b and 3 more": a message names a few."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
