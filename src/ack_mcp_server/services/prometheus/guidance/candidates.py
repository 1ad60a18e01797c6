"""From a question to queries that could answer it, of metrics that the cluster has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.guidance.dictionary import HISTOGRAM, Metric, dictionary
from ack_mcp_server.services.prometheus.guidance.expressions import expression, type_by_name
from ack_mcp_server.services.prometheus.guidance.matching import (
    Entry,
    metric_entry,
    name_entry,
    ranked,
    recipe_entry,
    rule_entry,
)
from ack_mcp_server.services.prometheus.guidance.present import Found
from ack_mcp_server.services.prometheus.guidance.question import Question
from ack_mcp_server.services.prometheus.promql import checked

MOST_METRICS = 8
MOST = 6  # queries of an answer
_MOST_RECIPES, _MOST_RULES, _ENOUGH, _MOST_MADE = 3, 2, 3, 3
_CLOSE = 0.5  # of the best one's score; what is worse is about something else

T = TypeVar("T")


@dataclass(frozen=True)
class Candidate:
    """`about` says what the query is for."""

    about: str
    expression: str


@dataclass(frozen=True)
class Fitting:
    """A metric of the cluster that fits: `series` is the name to look it up by, of a histogram that of its counts."""

    name: str
    series: str
    metric: Metric | None

    @property
    def type(self) -> str:
        if self.metric:
            return self.metric.type
        return HISTOGRAM if self.series != self.name else type_by_name(self.name)


def fitting_metrics(question: Question, present: frozenset[str], queries: Sequence[Candidate]) -> list[Fitting]:
    """Those that the question names, those that the closest query reads, and then the best by words."""
    series = _by_base(present)
    known = dictionary().by_name
    entries: list[Entry[str]] = [
        _renamed(metric_entry(known[name]), name) if name in known else name_entry(name) for name in series
    ]
    read = sorted(name for each in queries[:1] for name in map(_bare, metrics_of(each.expression)) if name in series)
    best = _close(ranked(question.terms, entries), MOST_METRICS)
    names = list(dict.fromkeys([*_named(question, series), *read, *best]))[:MOST_METRICS]
    return [Fitting(name, series[name], known.get(name)) for name in names]


def _named(question: Question, series: Iterable[str]) -> list[str]:
    """The longest first, because one name can begin as another does."""
    text = question.text.lower()
    return sorted((name for name in series if "_" in name and name.lower() in text), key=len, reverse=True)


def _bare(name: str) -> str:
    return name.removesuffix("_bucket")


def known_queries(question: Question, present: frozenset[str]) -> list[Candidate]:
    """Of the dictionary's queries and rules whose metrics the cluster has, the closest."""
    known = dictionary()
    recipes = [recipe_entry(each) for each in known.recipes if _holds(each.expression, present)]
    rules = [rule_entry(each) for each in known.rules if _holds(each.expression, present)]
    found = [
        Candidate(each.question, each.expression) for each in _close(ranked(question.terms, recipes), _MOST_RECIPES)
    ]
    alarms = _close(ranked(question.terms, rules), _MOST_RULES)
    return found + [
        Candidate(f"rule {each.name} ({each.severity}): {each.meaning}", each.expression) for each in alarms
    ]


def made_queries(
    metrics: Sequence[Fitting], found: Mapping[str, Found], before: Iterable[Candidate]
) -> Iterator[Candidate]:
    """For metrics that the dictionary has no query for: those that it does not know, and others while there are few."""
    told = list(before)
    room = max(_ENOUGH - len(told), 0)
    for each in metrics[:_MOST_MADE]:
        used = any(each.name in candidate.expression for candidate in told)
        if used or (each.metric and not room):
            continue
        text = expression(each.name, each.type, found.get(each.series, Found()).labels)
        if text and is_valid(text):
            room -= 1
            yield Candidate(f"{each.name}, by its type ({each.type})", text)


def is_valid(text: str) -> bool:
    try:
        checked(text)
    except InvalidInput:
        return False
    return True


def _by_base(present: frozenset[str]) -> dict[str, str]:
    """Metrics by name, each with the series to look it up by: a histogram is one metric of three kinds of series."""
    found: dict[str, str] = {}
    for name in sorted(present):
        stem, _, part = name.rpartition("_")
        is_part = part in ("bucket", "sum", "count") and f"{stem}_bucket" in present
        found[stem if is_part else name] = f"{stem}_count" if is_part and f"{stem}_count" in present else name
    return found


def _renamed(entry: Entry[Metric], name: str) -> Entry[str]:
    return Entry(name, entry.terms, entry.said)


def _close(scored: Sequence[tuple[float, T]], most: int) -> list[T]:
    best = scored[0][0] if scored else 0
    return [thing for score, thing in scored[:most] if score >= _CLOSE * best]


def _holds(text: str, present: frozenset[str]) -> bool:
    return metrics_of(text) <= present


@cache
def metrics_of(text: str) -> frozenset[str]:
    """Names that an expression of the dictionary reads. It was judged by the parser on the way."""
    return frozenset(checked(text).metrics)
