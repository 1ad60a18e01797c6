"""What an expression is made of. A template is a sequence of texts and actions; an action is a sequence of nodes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Constant:
    """A number or a truth value that the expression itself names."""

    value: int | float | bool


@dataclass(frozen=True)
class Name:
    """`range`, `end`, or a word that means nothing."""

    value: str


@dataclass(frozen=True)
class Field:
    value: str


@dataclass(frozen=True)
class Wildcard:
    pass


@dataclass(frozen=True)
class Recursive:
    pass


@dataclass(frozen=True)
class Slice:
    """`single` is an index: the end was not written, and lies one behind the start."""

    start: int | None
    end: int | None
    step: int | None
    single: bool


@dataclass(frozen=True)
class Union:
    members: "tuple[Action, ...]"


@dataclass(frozen=True)
class Filter:
    """`operator` is empty for a filter that asks whether `left` exists."""

    left: "Action"
    operator: str
    right: "Action"


Node = Text | Constant | Name | Field | Wildcard | Recursive | Slice | Union | Filter
Action = tuple[Node, ...]
Template = tuple[Text | Action, ...]
