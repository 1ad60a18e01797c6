"""Labels of many series: what all share is said once, what differs becomes columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

NAME = "__name__"
_FIRST = (NAME, "cluster", "namespace", "node", "instance", "deployment", "workload", "pod", "container")
MOST_COLUMNS = 8
_WIDEST = 64  # characters of a cell: a pod's name fits

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Columns:
    """`common` are labels that all series share; `varying` the others with their numbers of values, columns first."""

    common: Labels
    varying: tuple[tuple[str, int], ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.varying[:MOST_COLUMNS])

    @property
    def dropped(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.varying[MOST_COLUMNS:])

    def cells(self, labels: Labels) -> tuple[str, ...]:
        return tuple([cell(labels.get(name, "")) for name in self.names])  # a list is quicker to make

    def most_values(self, number: int) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self.varying, key=lambda each: -each[1])[:number])


def columns(series: Sequence[Labels]) -> Columns:
    """A label that a series lacks is an empty one, as in PromQL."""
    names = {name for labels in series for name in labels}
    values = {name: {labels.get(name, "") for labels in series} for name in names}
    common = {name: next(iter(values[name])) for name in sorted(names, key=_rank) if len(values[name]) == 1}
    varying = tuple((name, len(values[name])) for name in sorted(names - common.keys(), key=_rank))
    return Columns(common, varying)


def selector(labels: Labels) -> str:
    """`name{a=b, c=d}`, for people."""
    pairs = ", ".join(f"{name}={cell(value)}" for name, value in labels.items() if name != NAME)
    return f"{labels.get(NAME, '')}{{{pairs}}}" if pairs or NAME not in labels else labels[NAME]


def cell(value: str) -> str:
    """A long value without its middle: names of generated objects differ at their ends."""
    if len(value) <= _WIDEST:
        return value
    half = _WIDEST // 2
    return f"{value[: half - 1]}…{value[-half:]}"


def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
