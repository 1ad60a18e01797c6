"""The shape of the command table: flags, and verbs with what they do."""

from dataclasses import dataclass, field
from enum import StrEnum


class Effect(StrEnum):
    """Decided by what the API server would be asked, never by `--dry-run` or `--help`."""

    READ = "reads"
    WRITE = "writes"
    NEVER = "never offered"


class Grammar(StrEnum):
    """What the words after a verb may be."""

    NONE = "nothing"
    RESOURCES = "TYPE[,TYPE] [NAME ...] or TYPE/NAME ..."
    POD = "POD or TYPE/NAME, [CONTAINER]"
    MANIFEST = "nothing: objects come in the argument manifest"
    RESOURCES_OR_MANIFEST = "TYPE[,TYPE] [NAME ...], TYPE/NAME ..., or the argument manifest"
    CHANGES = "TYPE NAME ... or TYPE/NAME ..., then KEY=VALUE or KEY- ..."
    NODES = "NODE ..."
    NAME = "NAME"
    EXEC = "POD or TYPE/NAME -- COMMAND ..."
    FIELD_PATH = "TYPE[.FIELD ...]"
    USAGE = "nodes or pods, [NAME]"
    QUESTION = "VERB TYPE[/NAME] or VERB /PATH"


@dataclass(frozen=True, kw_only=True)
class Flag:
    """`value` says that the flag takes one; without it the flag is a switch with an optional `=true` or `=false`.
    `ours` is one that kubectl does not have and is never given."""

    name: str
    short: str = ""
    value: bool = False
    repeats: bool = False
    choices: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True, kw_only=True)
class Verb:
    """`about` says what it does; `instead` what to use where it is not offered."""

    name: str  # one word, or two: "rollout status"
    effect: Effect
    about: str
    grammar: Grammar = Grammar.NONE
    flags: tuple[Flag, ...] = ()
    formats: frozenset[str] = field(default=frozenset())
    instead: str = ""
    field_manager: str = ""  # under whose name kubectl writes, where it takes one

    @property
    def is_offered(self) -> bool:
        return self.grammar is not Grammar.NONE or self.effect is Effect.READ

    def long(self, name: str) -> Flag | None:
        return next((flag for flag in self.flags if flag.name == name), None)

    def short(self, letter: str) -> Flag | None:
        return next((flag for flag in self.flags if flag.short == letter), None)
