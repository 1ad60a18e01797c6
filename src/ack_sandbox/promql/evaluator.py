"""Evaluates a parsed expression over the steps of a query."""

from collections.abc import Callable
from typing import Any

import promql_parser as ast

from ack_sandbox.promql.absence import absence
from ack_sandbox.promql.aggregation import SUMMARIES, Grouping, count_values, extremes, quantiles, summarized
from ack_sandbox.promql.functions import FUNCTIONS, KNOWN, mapped
from ack_sandbox.promql.labels import nameless
from ack_sandbox.promql.matching import binary_operation, matching_of, set_operation
from ack_sandbox.promql.model import unknown
from ack_sandbox.promql.operators import SETS, of_scalars, with_scalar
from ack_sandbox.promql.over_time import WINDOW_FUNCTIONS
from ack_sandbox.promql.selecting import (
    SUBQUERY_INTERVAL,
    Query,
    RangeVector,
    as_scraped,
    inner_steps,
    instant,
    looked_at,
    milliseconds,
    ranged,
)
from ack_sandbox.promql.series import Scalar, Series, Steps, Vector, distinct


def evaluate(query: Query, node: Any, steps: Steps) -> Any:
    """A Vector, Scalar, RangeVector or str; raises QueryError."""
    query.budget.take(0)
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise unknown(f"the expression {type(node).__name__}")
    value = handler(query, node, steps)
    if isinstance(value, list):
        query.budget.take(len(value) * len(steps.times))
    return value


def _bare(node: Any) -> Any:
    """Without parentheses."""
    while isinstance(node, ast.ParenExpr):
        node = node.expr
    return node


def _number(_query: Query, node: Any, steps: Steps) -> Scalar:
    return Scalar([float(node.val)] * len(steps.times))


def _string(_query: Query, node: Any, _steps: Steps) -> str:
    return str(node.val)


def _inside(query: Query, node: Any, steps: Steps) -> Any:
    return evaluate(query, node.expr, steps)


def _negated(query: Query, node: Any, steps: Steps) -> Any:
    value = evaluate(query, node.expr, steps)
    if isinstance(value, Scalar):
        return Scalar([-number for number in value.values])
    return distinct([Series(nameless(each.labels), [_minus(one) for one in each.values]) for each in value])


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def _subquery(query: Query, node: Any, steps: Steps) -> RangeVector:
    ends, reach = looked_at(query, node, steps), milliseconds(node.range)
    interval = milliseconds(node.step) or SUBQUERY_INTERVAL
    inner = inner_steps(ends, reach, interval) if ends else Steps(0, -1, interval)
    vector = evaluate(query, node.expr, inner) if inner.times else []
    return RangeVector(query, as_scraped(vector, inner), steps, ends, reach)


def _aggregated(query: Query, node: Any, steps: Steps) -> Vector:
    operator, modifier = str(node.op), node.modifier
    grouping = Grouping(
        frozenset(modifier.labels if modifier is not None else ()),
        excluding=modifier is not None and modifier.type == ast.AggModifierType.Without,
    )
    if operator not in SUMMARIES and operator not in _WITH_PARAMETER:
        raise unknown(f"the aggregation {operator}")
    vector = evaluate(query, node.expr, steps)
    if operator in SUMMARIES:
        return summarized(operator, vector, grouping)
    return _WITH_PARAMETER[operator](evaluate(query, node.param, steps), vector, grouping)


_WITH_PARAMETER: dict[str, Callable[..., Vector]] = {
    "topk": lambda counts, vector, grouping: extremes("topk", counts, vector, grouping),
    "bottomk": lambda counts, vector, grouping: extremes("bottomk", counts, vector, grouping),
    "quantile": quantiles,
    "count_values": count_values,
}


def _operated(query: Query, node: Any, steps: Steps) -> Any:
    operator, matching = str(node.op), matching_of(node.modifier)
    left, right = evaluate(query, node.lhs, steps), evaluate(query, node.rhs, steps)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return of_scalars(operator, left, right)
    if isinstance(right, Scalar):
        return with_scalar(operator, left, right, swapped=False, returns_bool=matching.returns_bool)
    if isinstance(left, Scalar):
        return with_scalar(operator, right, left, swapped=True, returns_bool=matching.returns_bool)
    work = set_operation if operator in SETS else binary_operation
    return work(operator, left, right, matching)


def _called(query: Query, node: Any, steps: Steps) -> Any:
    name, arguments = node.func.name, [_bare(argument) for argument in node.args]
    if name not in KNOWN:
        raise unknown(f"the function {name}")
    if name == "timestamp":
        return _timestamps(query, arguments[0], steps)
    values = [evaluate(query, argument, steps) for argument in arguments]
    if name == "absent":
        return absence(steps, values[0], arguments[0])
    if name == "absent_over_time":
        return absence(steps, values[0].each(lambda _window: 1.0, [0.0] * len(steps.times)), arguments[0])
    if name in WINDOW_FUNCTIONS:
        return _over_time(name, values, steps)
    return FUNCTIONS[name](steps, *values)


def _over_time(name: str, values: list[Any], steps: Steps) -> Vector:
    """A result keeps the metric's name only where it is one of its values."""
    series = next(value for value in values if isinstance(value, RangeVector))
    given = next((value.values for value in values if isinstance(value, Scalar)), [0.0] * len(steps.times))
    vector = series.each(WINDOW_FUNCTIONS[name], given)
    if name != "last_over_time":
        vector = [Series(nameless(each.labels), each.values) for each in vector]
    return distinct([each for each in vector if any(value is not None for value in each.values)])


def _timestamps(query: Query, argument: Any, steps: Steps) -> Vector:
    """Of a selector the times of its samples, of anything else those of the evaluation."""
    if isinstance(argument, ast.VectorSelector):
        vector = instant(query, argument, steps, times=True)
    else:
        seconds = [time / 1000 for time in steps.times]
        found = evaluate(query, argument, steps)
        vector = [Series(each.labels, _when_there(each, seconds)) for each in found]
    return mapped(float, vector)


def _when_there(series: Series, seconds: list[float]) -> list[float | None]:
    return [None if value is None else time for value, time in zip(series.values, seconds, strict=True)]


_HANDLERS: dict[type, Callable[[Query, Any, Steps], Any]] = {
    ast.NumberLiteral: _number,
    ast.StringLiteral: _string,
    ast.ParenExpr: _inside,
    ast.UnaryExpr: _negated,
    ast.VectorSelector: instant,
    ast.MatrixSelector: ranged,
    ast.SubqueryExpr: _subquery,
    ast.AggregateExpr: _aggregated,
    ast.BinaryExpr: _operated,
    ast.Call: _called,
}
