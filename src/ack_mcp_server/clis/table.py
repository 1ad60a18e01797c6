"""The shape of a program's table: its verbs with the words that may follow them, its flags, and why others are not."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ack_mcp_server.kube.table.model import Effect, Flag, Verb


@dataclass(frozen=True)
class Shape:
    """Of a word or a flag's value: what it has to be, and what to do when it is not."""

    pattern: re.Pattern[str]
    what: str
    next_step: str


@dataclass(frozen=True)
class Words:
    """What follows a verb; the last `optional` ones may be left out."""

    text: str
    shapes: tuple[Shape, ...]
    optional: int = 0


NO_WORDS = Words("nothing", ())


@dataclass(frozen=True, kw_only=True)
class CliVerb(Verb):
    """`name` begins with the program's, as rules and plans call it."""

    takes: Words = NO_WORDS

    @property
    def is_offered(self) -> bool:
        return self.effect is not Effect.NEVER


@dataclass(frozen=True, kw_only=True)
class Table:
    """`verbs` by their words without the program, `reasons` why flags are refused, by their names apart by spaces,
    `shapes` of flags' values, `leading` the flags with a value that may stand before or between the words of a verb."""

    program: str
    offered: tuple[CliVerb, ...]
    nevers: Mapping[str, tuple[str, str]]  # names apart by commas: what it does, and what to use instead
    aliases: Mapping[str, str]
    reasons: Mapping[str, str]
    shapes: Mapping[str, Shape]
    leading: tuple[Flag, ...]
    _reason_by_name: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {name: reason for names, reason in self.reasons.items() for name in names.split()}
        object.__setattr__(self, "_reason_by_name", by_name)

    @cached_property
    def verbs(self) -> Mapping[str, CliVerb]:
        return {**dict(self._never()), **{self.bare(verb): verb for verb in self.offered}}

    @cached_property
    def groups(self) -> frozenset[str]:
        """What verbs of several words begin with."""
        phrases = [name.split() for name in (*self.verbs, *self.aliases)]
        return frozenset(" ".join(words[:count]) for words in phrases for count in range(1, len(words)))

    @cached_property
    def names(self) -> str:
        return ", ".join(map(self.bare, self.offered))

    def bare(self, verb: Verb) -> str:
        return verb.name.removeprefix(f"{self.program} ")

    def reason_for(self, name: str) -> str:
        """Why a flag is refused, whatever its spelling; empty when nothing is known about it."""
        return self._reason_by_name.get(name.lower().replace("_", "-"), "")

    def as_markdown(self) -> str:
        """The whole table, for models that want to know."""
        rows = ["| Verb | | Takes | Flags, or what to use instead |", "|---|---|---|---|"]
        for verb in self.verbs.values():
            flags = " ".join(f"-{flag.short}/--{flag.name}" if flag.short else f"--{flag.name}" for flag in verb.flags)
            takes = verb.takes.text if verb.is_offered else ""
            rows.append(f"| {verb.name} | {verb.effect.value}: {verb.about} | {takes} | {flags or verb.instead} |")
        return "\n".join(rows)

    def _never(self) -> Iterable[tuple[str, CliVerb]]:
        for names, (about, instead) in self.nevers.items():
            for name in names.split(", "):
                full = f"{self.program} {name}"
                yield name, CliVerb(name=full, effect=Effect.NEVER, about=about, instead=instead)


def switches(names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name=name) for name in names.split())


def with_values(names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name=name, value=True) for name in names.split())


LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
NAMESPACE_SHAPE = Shape(re.compile(LABEL), "a namespace", "ack_kubectl get namespaces lists them.")
NUMBER = Shape(re.compile(r"[0-9]{1,9}"), "a number", "Write a number.")
