"""How well an entry of the dictionary, or a metric of a cluster, fits the words of a question.

A word counts the more, the fewer entries it is about. What covers the whole question comes first, and of those what
is about little else.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from ack_mcp_server.services.prometheus.guidance.dictionary import About, Metric, Recipe, Rule
from ack_mcp_server.services.prometheus.guidance.vocabulary import vocabulary

_SAID = 3.0  # weight of a term of the name or the question itself
_MEANT = 1.0  # of one of its meaning
_ABOUT = 2.0  # of its resources and categories
_EXCESS = 0.12  # what each further term of the name takes away, as a share
_UNCOVERED = 0.4  # what remains of the score of an entry that covers next to nothing
_LEAST = 0.35  # of the question's weight that an entry must cover

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """`terms` with their weights; `said` are those of the name or question itself."""

    thing: T
    terms: Mapping[str, float]
    said: frozenset[str]


@cache
def metric_entry(metric: Metric) -> Entry[Metric]:
    return _entry(metric, vocabulary().of_name(metric.name), metric.meaning, metric.about)


@cache
def recipe_entry(recipe: Recipe) -> Entry[Recipe]:
    return _entry(recipe, vocabulary().terms(recipe.question), "", recipe.about)


@cache
def rule_entry(rule: Rule) -> Entry[Rule]:
    return _entry(rule, vocabulary().of_name(rule.name), rule.meaning, rule.about)


def name_entry(name: str) -> Entry[str]:
    """Of a metric that the dictionary does not know."""
    said = vocabulary().of_name(name)
    return Entry(name, dict.fromkeys(said, _SAID), said)


def ranked(question: frozenset[str], entries: Sequence[Entry[T]]) -> list[tuple[float, T]]:
    """Those that fit, the best first."""
    rarity = _rarity(question, entries)
    whole = sum(rarity.values())
    scored = ((_score(question, each, rarity, whole), number) for number, each in enumerate(entries))
    found = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))
    return [(score, entries[number].thing) for score, number in found]


def _entry(thing: T, said: frozenset[str], meaning: str, about: About) -> Entry[T]:
    terms = dict.fromkeys(vocabulary().terms(meaning), _MEANT)
    terms |= dict.fromkeys((*about.resources, *about.categories), _ABOUT)
    terms |= dict.fromkeys(said, _SAID)
    return Entry(thing, terms, said)


def _rarity(question: Iterable[str], entries: Sequence[Entry[T]]) -> dict[str, float]:
    """Of the question's terms that any entry is about; the others say nothing."""
    counts = Counter(term for each in entries for term in each.terms)
    return {term: math.log(1 + len(entries) / counts[term]) for term in question if counts[term]}


def _score(question: frozenset[str], entry: Entry[T], rarity: Mapping[str, float], whole: float) -> float:
    shared = [term for term in entry.terms if term in rarity]
    covered = sum(rarity[term] for term in shared) / whole if whole else 0.0
    if covered < _LEAST or all(entry.terms[term] < _ABOUT for term in shared):
        return 0.0
    score = sum(rarity[term] * entry.terms[term] for term in shared)
    excess = len(entry.said - question) * _EXCESS
    return score * (_UNCOVERED + (1 - _UNCOVERED) * covered) / (1 + excess)
