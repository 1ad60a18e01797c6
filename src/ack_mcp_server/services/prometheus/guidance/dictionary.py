"""The dictionary of metrics, rules and often asked queries: our own data, read once when first asked for.

Sources of the facts: the documentation of cAdvisor, kube-state-metrics, node-exporter, the kubelet, CoreDNS,
ingress-nginx, the API server, etcd and NVIDIA's DCGM exporter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATA = files("ack_mcp_server") / "data"
HISTOGRAM = "histogram"


@dataclass(frozen=True)
class About:
    """Kinds of resources and categories that something is about."""

    resources: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """`source` is what tells it; `labels` are those of all its kind, `own` those that it has beside. A histogram is
    named without its _bucket, _sum or _count."""

    name: str
    type: str
    unit: str
    meaning: str
    labels: tuple[str, ...]
    own: tuple[str, ...]
    source: str
    about: About


@dataclass(frozen=True)
class Rule:
    """`expression` has a value where something is wrong; `lasting` is how long it should be so, as Prometheus says it
    (15m, 0m)."""

    name: str
    severity: str
    lasting: str
    meaning: str
    expression: str
    remedy: str
    about: About


@dataclass(frozen=True)
class Recipe:
    """A question, and the query that answers it."""

    question: str
    expression: str
    about: About


@dataclass(frozen=True)
class Dictionary:
    metrics: tuple[Metric, ...]
    rules: tuple[Rule, ...]
    recipes: tuple[Recipe, ...]

    @cached_property
    def abouts(self) -> frozenset[About]:
        return frozenset([*(each.about for each in self.metrics), *(each.about for each in self.rules)])

    @cached_property
    def resources(self) -> tuple[str, ...]:
        return tuple(sorted({name for about in self.abouts for name in about.resources}))

    @cached_property
    def categories(self) -> tuple[str, ...]:
        return tuple(sorted({name for about in self.abouts for name in about.categories}))

    @cached_property
    def by_name(self) -> Mapping[str, Metric]:
        return {each.name: each for each in self.metrics}


@cache
def dictionary() -> Dictionary:
    metrics = [each for document in _documents("metrics") for each in _metrics(document)]
    rules = [each for document in _documents("rules") for each in _rules(document)]
    return Dictionary(tuple(metrics), tuple(rules), tuple(_recipes(_document(_DATA / "queries.yaml"))))


def vocabulary_data() -> Mapping[str, Any]:
    """`terms`: by what metrics call it, what people call it; `silent`: words without meaning here."""
    found: Mapping[str, Any] = _document(_DATA / "vocabulary.yaml")
    return found


def _documents(folder: str) -> list[Any]:
    return [_document(each) for each in sorted((_DATA / folder).iterdir(), key=lambda found: found.name)]


def _document(path: Traversable) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506  a safe one


def _about(group: Mapping[str, Any]) -> About:
    return About(tuple(group["resources"]), tuple(group["categories"]))


def _metrics(document: Mapping[str, Any]) -> Iterator[Metric]:
    for group in document["groups"]:
        about = _about(group)
        for name, (type_, unit, meaning, *more) in group["metrics"].items():
            own = tuple(more[0]) if more else ()
            yield Metric(name, type_, unit, meaning, tuple(group["labels"]), own, document["source"], about)


def _rules(document: Mapping[str, Any]) -> Iterator[Rule]:
    for group in document["groups"]:
        about = _about(group)
        for name, told in group["rules"].items():
            yield Rule(
                name=name,
                severity=told["severity"],
                lasting=told["for"],
                meaning=told["meaning"],
                expression=told["expression"],
                remedy=told["remedy"],
                about=about,
            )


def _recipes(document: Mapping[str, Any]) -> Iterator[Recipe]:
    for group in document["groups"]:
        about = _about(group)
        yield from (Recipe(question, expression, about) for question, expression in group["queries"].items())
