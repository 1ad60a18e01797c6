"""Operators between two vectors: which series meet, and under what labels."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import promql_parser as ast

from ack_sandbox.promql.labels import LabelSet, nameless, only, replaced, shown, value_of, without
from ack_sandbox.promql.model import NAME, QueryError, unknown
from ack_sandbox.promql.operators import drops_name, operation
from ack_sandbox.promql.series import Column, Series, Vector, merged


@dataclass(frozen=True)
class Matching:
    """`on` the names or `ignoring` them; `many` is the side that group_left or group_right names, with its labels."""

    on: bool = False
    names: frozenset[str] = frozenset()
    many: str = ""
    included: tuple[str, ...] = ()
    returns_bool: bool = False

    def signature(self, labels: LabelSet) -> LabelSet:
        return only(labels, self.names) if self.on else without(labels, self.names | {NAME})


def matching_of(modifier: Any) -> Matching:
    if modifier is None:
        return Matching()
    if modifier.fill_values.lhs is not None or modifier.fill_values.rhs is not None:
        raise unknown("fill values")
    matching, sides = modifier.matching, ast.VectorMatchCardinality
    return Matching(
        on=matching is not None and matching.type == ast.LabelModifierType.Include,
        names=frozenset(matching.labels if matching is not None else ()),
        many="left" if modifier.card == sides.ManyToOne else "right" if modifier.card == sides.OneToMany else "",
        included=tuple(modifier.group_labels or ()),
        returns_bool=modifier.return_bool,
    )


def set_operation(operator: str, left: Vector, right: Vector, matching: Matching) -> Vector:
    if operator == "or":
        there = _presence(left, matching)
        return merged([*left, *(_masked(series, there, matching, keep=False) for series in right)])
    there = _presence(right, matching)
    return merged(_masked(series, there, matching, keep=operator == "and") for series in left)


def _presence(vector: Vector, matching: Matching) -> dict[LabelSet, set[int]]:
    """For each signature the steps that have a series of it."""
    there: dict[LabelSet, set[int]] = defaultdict(set)
    for series in vector:
        steps = (step for step, value in enumerate(series.values) if value is not None)
        there[matching.signature(series.labels)].update(steps)
    return there


def _masked(series: Series, there: dict[LabelSet, set[int]], matching: Matching, *, keep: bool) -> Series:
    steps = there.get(matching.signature(series.labels), frozenset[int]())
    values = [value if (step in steps) is keep else None for step, value in enumerate(series.values)]
    return Series(series.labels, values)


def binary_operation(operator: str, left: Vector, right: Vector, matching: Matching) -> Vector:
    """Arithmetic and comparison; raises QueryError where a series would meet more than it may."""
    many, one = (right, left) if matching.many == "right" else (left, right)
    ones = _by_signature(one, matching)
    _refuse_duplicates(ones, many, matching)
    results = [
        (signature, Series(_labels(operator, each, other, matching), _column(operator, each, other, matching)))
        for each in many
        for signature in (matching.signature(each.labels),)
        for other in ones.get(signature, ())
    ]
    _refuse_repeats(results, matching)
    return merged(series for _, series in results)


def _by_signature(vector: Vector, matching: Matching) -> dict[LabelSet, Vector]:
    found: dict[LabelSet, Vector] = defaultdict(list)
    for series in vector:
        found[matching.signature(series.labels)].append(series)
    return found


def _refuse_duplicates(ones: dict[LabelSet, Vector], many: Vector, matching: Matching) -> None:
    """A step without anything on the other side is not looked at."""
    crowded = [group for group in ones.values() if len(group) > 1]
    if not crowded:
        return
    looked_at = {step for series in many for step, value in enumerate(series.values) if value is not None}
    for step in sorted(looked_at):
        for group in crowded:
            present = [series for series in group if series.values[step] is not None]
            if len(present) > 1:
                raise _duplicates(present[0], present[1], matching)


def _duplicates(first: Series, second: Series, matching: Matching) -> QueryError:
    group, side = shown(matching.signature(second.labels)), "left" if matching.many == "right" else "right"
    return QueryError(
        "execution",
        f"found duplicate series for the match group {group} on the {side} hand-side of the operation: "
        f"[{shown(second.labels)}, {shown(first.labels)}]"
        ";many-to-many matching not allowed: matching labels must be unique on one side",
    )


def _column(operator: str, each: Series, other: Series, matching: Matching) -> Column:
    function = operation(operator, returns_bool=matching.returns_bool)
    left, right = (other, each) if matching.many == "right" else (each, other)
    pairs = zip(left.values, right.values, strict=True)
    return [None if mine is None or its is None else function(mine, its) for mine, its in pairs]


def _labels(operator: str, each: Series, other: Series, matching: Matching) -> LabelSet:
    labels = each.labels
    if drops_name(operator, returns_bool=matching.returns_bool):
        labels = nameless(labels)
    if not matching.many:
        labels = only(labels, matching.names) if matching.on else without(labels, matching.names)
    for name in matching.included:
        labels = replaced(labels, name, value_of(other.labels, name))
    return labels


def _refuse_repeats(results: Iterable[tuple[LabelSet, Series]], matching: Matching) -> None:
    """Of one signature and step: two results, or with a group side two results of the same labels."""
    groups: dict[tuple[LabelSet, LabelSet], list[Column]] = defaultdict(list)
    for signature, series in results:
        groups[signature, series.labels if matching.many else ()].append(series.values)
    for columns in groups.values():
        if len(columns) > 1 and any(len(row) - row.count(None) > 1 for row in zip(*columns, strict=True)):
            reason = (
                "grouping labels must ensure unique matches"
                if matching.many
                else "many-to-one matching must be explicit (group_left/group_right)"
            )
            raise QueryError("execution", f"multiple matches for labels: {reason}")
