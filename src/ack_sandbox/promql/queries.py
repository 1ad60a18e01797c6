"""The doors: an expression at one time, or over a range of times."""

from typing import Any

import promql_parser as ast

from ack_sandbox.promql.budget import Budget
from ack_sandbox.promql.evaluator import evaluate
from ack_sandbox.promql.model import Check, QueryError, Result, Source
from ack_sandbox.promql.parsing import ParseError, parsed
from ack_sandbox.promql.results import matrix_data, scalar_data, seconds, vector_data, window_data
from ack_sandbox.promql.selecting import Query, RangeVector
from ack_sandbox.promql.series import Scalar, Series, Steps

MAX_SAMPLES = 50_000_000
MOST_STEPS = 11_000


def no_check() -> None:
    """A query without a deadline."""


def evaluate_instant(
    source: Source, query: str, at: float, *, check: Check = no_check, max_samples: int = MAX_SAMPLES
) -> Result:
    """At a time in seconds. Raises QueryError, and what `check` raises."""
    time = round(at * 1000)
    steps = Steps(time, time, 1)
    asked = Query(source, Budget(max_samples, check), time, time)
    try:
        expression = parsed(query)
    except ParseError as exc:
        raise _invalid("query", exc.message) from None
    value = evaluate(asked, expression, steps)
    if isinstance(value, str):
        return Result("string", [seconds(time), value])
    if isinstance(value, Scalar):
        return Result("scalar", scalar_data(value, time))
    if isinstance(value, RangeVector):
        return Result("matrix", window_data(value))
    return Result("vector", vector_data(value, time))


def evaluate_range(
    source: Source,
    query: str,
    start: float,
    end: float,
    step: float,
    *,
    check: Check = no_check,
    max_samples: int = MAX_SAMPLES,
) -> Result:
    """At start, start + step, … up to end, all in seconds. Raises QueryError, and what `check` raises."""
    steps = range_steps(start, end, step)
    expression = parsed(query)
    if (kind := _not_for_ranges(expression)) is not None:
        message = f'invalid expression type "{kind}" for range query, must be Scalar or instant Vector'
        raise QueryError("bad_data", message)
    asked = Query(source, Budget(max_samples, check), steps.start, steps.end)
    value = evaluate(asked, expression, steps)
    vector = [Series((), list(value.values))] if isinstance(value, Scalar) else value
    return Result("matrix", matrix_data(vector, steps))


def range_steps(start: float, end: float, step: float) -> Steps:
    """From seconds; raises QueryError with Prometheus's reasons."""
    if end < start:
        raise _invalid("end", "end timestamp must not be before start time")
    if step <= 0:
        reason = "zero or negative query resolution step widths are not accepted. Try a positive integer"
        raise _invalid("step", reason)
    if (end - start) / step > MOST_STEPS:
        raise QueryError(
            "bad_data",
            "exceeded maximum resolution of 11,000 points per timeseries. "
            "Try decreasing the query resolution (?step=XX)",
        )
    return Steps(round(start * 1000), round(end * 1000), max(1, round(step * 1000)))


def _not_for_ranges(node: Any) -> str | None:
    while isinstance(node, ast.ParenExpr):
        node = node.expr
    if isinstance(node, ast.MatrixSelector | ast.SubqueryExpr):
        return "range vector"
    return "string" if isinstance(node, ast.StringLiteral) else None


def _invalid(parameter: str, reason: str) -> QueryError:
    return QueryError("bad_data", f'invalid parameter "{parameter}": {reason}')
