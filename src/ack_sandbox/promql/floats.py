"""Arithmetic that never raises, as IEEE 754 and Go have it, and numbers as the HTTP API prints them."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

NAN = math.nan
INF = math.inf


def divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or left != left or right != right:
        return NAN
    return math.copysign(INF, left) * math.copysign(1, right)


def modulo(left: float, right: float) -> float:
    """The remainder with the sign of the left side."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return NAN


def power(base: float, exponent: float) -> float:
    odd = abs(exponent) < 2**53 and exponent % 2 == 1
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -INF if base < 0 and odd else INF
    except ValueError:  # a root of a negative number, or zero to a negative power
        if base:
            return NAN
        return math.copysign(INF, base) if odd else INF


def larger(left: float, right: float) -> float:
    """NaN where one side is, unless the other is +Inf."""
    if INF in (left, right):
        return INF
    return NAN if left != left or right != right else max(left, right)


def smaller(left: float, right: float) -> float:
    if -INF in (left, right):
        return -INF
    return NAN if left != left or right != right else min(left, right)


def total(function: Callable[[float], float], *, at_zero: float = NAN) -> Callable[[float], float]:
    """The function with an answer wherever Python's raises: too large is +Inf, outside of its domain NaN."""

    def answered(value: float) -> float:
        try:
            return float(function(value))
        except OverflowError:
            return value if math.isinf(value) else INF
        except ValueError:
            return at_zero if value == 0 else NAN

    return answered


def rounded_down(value: float) -> float:
    return value if math.isinf(value) or value != value else math.copysign(math.floor(value), value)


def rounded_up(value: float) -> float:
    return value if math.isinf(value) or value != value else math.copysign(math.ceil(value), value)


def sign(value: float) -> float:
    return -1.0 if value < 0 else 1.0 if value > 0 else value


def compensated(increment: float, sum_: float, rest: float) -> tuple[float, float]:
    """One step of a sum by Neumaier: the new sum, and what rounding took from it."""
    new = sum_ + increment
    if abs(sum_) >= abs(increment):
        return new, rest + ((sum_ - new) + increment)
    return new, rest + ((increment - new) + sum_)


def quantile(wanted: float, values: Sequence[float]) -> float:
    """Between the two nearest; NaN counts as the smallest."""
    if not values or wanted != wanted:
        return NAN
    if not 0 <= wanted <= 1:
        return -INF if wanted < 0 else INF
    ordered = sorted(values, key=lambda value: (value == value, value))
    rank = wanted * (len(ordered) - 1)
    lower = math.floor(rank)
    weight = rank - lower
    return ordered[lower] * (1 - weight) + ordered[min(lower + 1, len(ordered) - 1)] * weight


def plain(value: float) -> str:
    """The shortest digits that mean this number, never with an exponent."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(float(value))), "f")
    return text.removesuffix(".0")


def printed(value: float) -> str:
    """Of a sample: with an exponent below 1e-6 and from 1e21 on."""
    if value != value or math.isinf(value) or value == 0 or 1e-6 <= abs(value) < 1e21:
        return plain(value)
    return repr(float(value))
