"""Label sets as sorted pairs: equal sets are equal tuples, and they sort as Prometheus sorts series."""

import json
from collections.abc import Iterable, Mapping

from ack_sandbox.promql.model import NAME

LabelSet = tuple[tuple[str, str], ...]


def label_set(labels: Mapping[str, str]) -> LabelSet:
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def value_of(labels: LabelSet, name: str) -> str:
    return next((value for each, value in labels if each == name), "")


def only(labels: LabelSet, names: Iterable[str]) -> LabelSet:
    return tuple(pair for pair in labels if pair[0] in names)


def without(labels: LabelSet, names: Iterable[str]) -> LabelSet:
    return tuple(pair for pair in labels if pair[0] not in names)


def nameless(labels: LabelSet) -> LabelSet:
    return tuple(pair for pair in labels if pair[0] != NAME)


def replaced(labels: LabelSet, name: str, value: str) -> LabelSet:
    """An empty value takes the label away."""
    rest = tuple(pair for pair in labels if pair[0] != name)
    return tuple(sorted((*rest, (name, value)))) if value else rest


def shown(labels: LabelSet) -> str:
    """As error messages have them."""
    return "{" + ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels) + "}"
