"""absent and absent_over_time: one where nothing is, under the labels that the selector asked for."""

from collections import Counter
from typing import Any

import promql_parser as ast

from ack_sandbox.promql.labels import LabelSet, label_set
from ack_sandbox.promql.model import NAME
from ack_sandbox.promql.selecting import matchers_of
from ack_sandbox.promql.series import Series, Steps, Vector


def absence(steps: Steps, vector: Vector, argument: Any) -> Vector:
    there = {step for series in vector for step, value in enumerate(series.values) if value is not None}
    if len(there) == len(steps.times):
        return []
    values = [None if step in there else 1.0 for step in range(len(steps.times))]
    return [Series(labels_of(argument), values)]


def labels_of(argument: Any) -> LabelSet:
    """Of a selector, the labels it holds equal; one that it names twice is left out."""
    selector = argument.vector_selector if isinstance(argument, ast.MatrixSelector) else argument
    if not isinstance(selector, ast.VectorSelector):
        return ()
    matchers = [matcher for matcher in matchers_of(selector) if matcher.name != NAME]
    times = Counter(matcher.name for matcher in matchers)
    equal = (matcher for matcher in matchers if matcher.operator == "=" and times[matcher.name] == 1)
    return label_set({matcher.name: matcher.value for matcher in equal})
