"""What a search says, as a tree."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Comparison = Literal["=", ">", ">=", "<", "<="]


@dataclass(frozen=True)
class Everything:
    """`*`, or nothing at all."""


@dataclass(frozen=True)
class Words:
    """All words of the text, in any order; in a field, or anywhere in the row when `field` is None."""

    field: str | None
    text: str
    wildcards: bool  # whether * and ? stand for other characters: not within quotation marks


@dataclass(frozen=True)
class Phrase:
    """`#"..."`: the text as it stands."""

    field: str | None
    text: str


@dataclass(frozen=True)
class Exists:
    field: str


@dataclass(frozen=True)
class Compare:
    field: str
    operator: Comparison
    number: float


@dataclass(frozen=True)
class Range:
    field: str
    low: float
    high: float
    low_included: bool
    high_included: bool


@dataclass(frozen=True)
class Not:
    search: "Search"


@dataclass(frozen=True)
class And:
    searches: "tuple[Search, ...]"


@dataclass(frozen=True)
class Or:
    searches: "tuple[Search, ...]"


Condition: TypeAlias = Words | Phrase | Exists | Compare | Range
Search: TypeAlias = Everything | Condition | Not | And | Or


def conditions(search: Search) -> list[Condition]:
    """The leaves, from left to right."""
    match search:
        case Everything():
            return []
        case Not(inner):
            return conditions(inner)
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in conditions(part)]
        case _:
            return [search]
