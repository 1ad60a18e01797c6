"""Functions that change each value of a vector by itself."""

import math
from collections.abc import Callable

from ack_sandbox.promql.floats import INF, rounded_down, rounded_up, sign, total

ELEMENTWISE: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "ceil": rounded_up,
    "floor": rounded_down,
    "exp": total(math.exp),
    "ln": total(math.log, at_zero=-INF),
    "log2": total(math.log2, at_zero=-INF),
    "log10": total(math.log10, at_zero=-INF),
    "sqrt": total(math.sqrt),
    "sgn": sign,
    "sin": total(math.sin),
    "cos": total(math.cos),
    "tan": total(math.tan),
    "asin": total(math.asin),
    "acos": total(math.acos),
    "atan": total(math.atan),
    "sinh": total(math.sinh),
    "cosh": total(math.cosh),
    "tanh": total(math.tanh),
    "asinh": total(math.asinh),
    "acosh": total(math.acosh),
    "atanh": total(math.atanh),
    "rad": math.radians,
    "deg": math.degrees,
}
