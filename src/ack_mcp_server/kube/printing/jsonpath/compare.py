"""The comparisons of a filter, by the rules of Go's templates: types must agree, and truth values have no order."""

from collections.abc import Callable, Mapping
from typing import Any

from ack_mcp_server.kube.printing import go


class Incomparable(Exception):
    """Two values that the operator does not compare; the message is Go's."""


def compare(operator: str, left: object, right: object) -> bool:
    """Raises Incomparable, also for an operator that does not exist."""
    test = _TESTS.get(operator)
    if test is None:
        raise Incomparable(f"unrecognized filter operator {operator}")
    one, other = _scalar(left), _scalar(right)
    if type(one) is not type(other):
        raise Incomparable("incompatible types for comparison")
    if isinstance(one, bool) and operator not in ("==", "!="):
        raise Incomparable("invalid type for comparison")
    return test(one, other)


def _scalar(value: object) -> Any:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return go.number(value)
    raise Incomparable("invalid type for comparison")


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: bool(one == other),
    "!=": lambda one, other: bool(one != other),
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}
