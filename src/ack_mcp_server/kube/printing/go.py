"""How Go prints values. A JSON integer is an int64 there, every other number a float64."""

import math
from typing import Final

from ack_mcp_server.kube.printing.errors import DEEPEST, NotUnderstood

_INT64: Final = 1 << 63
_JSON_EXPONENT_FROM = 1e21
_JSON_EXPONENT_BELOW = 1e-6


def number(value: int | float) -> int | float:
    """The number as kubectl holds it. Raises NotUnderstood for one that JSON cannot carry."""
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return value
    try:
        held = float(value)
    except OverflowError:
        held = math.inf
    if math.isfinite(held):
        return held
    raise NotUnderstood("a number beyond float64")


def json_number(value: int | float) -> str:
    """As encoding/json writes it."""
    held = number(value)
    if isinstance(held, int):
        return str(held)
    size = abs(held)
    if size and not _JSON_EXPONENT_BELOW <= size < _JSON_EXPONENT_FROM:
        return _exponent(held, least_digits=1)
    return _plain(held)


def general(value: float) -> str:
    """As %v and strconv's shortest 'g' write a float."""
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    return _exponent(value, least_digits=2) if not -4 <= _decimal(value)[2] < 6 else _plain(value)


def go_string(value: object) -> str:
    """As fmt.Sprint writes it: `map[a:1 b:[x y]]`, `<nil>`, `1e+06`, `true`."""
    if isinstance(value, str):
        return text(value)
    return _sprint(value, 0)


def text(value: str) -> str:
    """Half of a surrogate pair becomes U+FFFD, as Go's decoder makes it."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _sprint(value: object, depth: int) -> str:
    if depth > DEEPEST:
        raise NotUnderstood("nested too deeply")
    if isinstance(value, str):
        return text(value)
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        held = number(value)
        return str(held) if isinstance(held, int) else general(held)
    if isinstance(value, dict):
        return f"map[{' '.join(f'{text(key)}:{_sprint(value[key], depth + 1)}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(_sprint(item, depth + 1) for item in value)}]"
    raise NotUnderstood(f"a value of type {type(value).__name__}")


def _decimal(value: float) -> tuple[str, str, int]:
    """Sign, the shortest digits that read back as this float, and the exponent of the first."""
    shortest = repr(value)
    sign = "-" if shortest.startswith("-") else ""
    mantissa, _, exponent = shortest.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole) - 1 if whole != "0" else -1 - (len(fraction) - len(fraction.lstrip("0")))
    return sign, digits.rstrip("0") or "0", leading + int(exponent or 0)


def _exponent(value: float, *, least_digits: int) -> str:
    sign, digits, exponent = _decimal(value)
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):0{least_digits}d}"


def _plain(value: float) -> str:
    sign, digits, exponent = _decimal(value)
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    fraction = digits[exponent + 1 :]
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole
