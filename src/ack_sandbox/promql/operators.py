"""Operators on numbers, and on a vector and a number."""

import math
from collections.abc import Callable
from operator import add, eq, ge, gt, le, lt, mul, ne, sub

from ack_sandbox.promql.floats import divide, modulo, power
from ack_sandbox.promql.labels import nameless
from ack_sandbox.promql.series import Column, Scalar, Series, Vector, merged

ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": divide,
    "%": modulo,
    "^": power,
    "atan2": math.atan2,
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": eq,
    "!=": ne,
    ">": gt,
    "<": lt,
    ">=": ge,
    "<=": le,
}
SETS = ("and", "or", "unless")

Operation = Callable[[float, float], float | None]
"""None where a comparison does not hold."""


def operation(operator: str, *, returns_bool: bool) -> Operation:
    """A comparison that filters leaves the left value."""
    if operator in ARITHMETIC:
        return ARITHMETIC[operator]
    holds = COMPARISONS[operator]
    if returns_bool:
        return lambda left, right: 1.0 if holds(left, right) else 0.0
    return lambda left, right: left if holds(left, right) else None


def drops_name(operator: str, *, returns_bool: bool) -> bool:
    """Whether the result is another metric; atan2 keeps the name, as it does in Prometheus 2.42."""
    return returns_bool or (operator in ARITHMETIC and operator != "atan2")


def of_scalars(operator: str, left: Scalar, right: Scalar) -> Scalar:
    function = operation(operator, returns_bool=True)
    return Scalar([function(*pair) or 0.0 for pair in zip(left.values, right.values, strict=True)])


def with_scalar(operator: str, vector: Vector, scalar: Scalar, *, swapped: bool, returns_bool: bool) -> Vector:
    """`swapped` where the number stands at the left; a comparison that filters leaves the vector's value."""
    function = operation(operator, returns_bool=returns_bool)
    filters = operator in COMPARISONS and not returns_bool

    def value(mine: float, number: float) -> float | None:
        result = function(number, mine) if swapped else function(mine, number)
        return mine if filters and result is not None else result

    def column(values: Column) -> Column:
        pairs = zip(values, scalar.values, strict=True)
        return [None if mine is None else value(mine, number) for mine, number in pairs]

    drops = drops_name(operator, returns_bool=returns_bool)
    return merged(Series(nameless(each.labels) if drops else each.labels, column(each.values)) for each in vector)
