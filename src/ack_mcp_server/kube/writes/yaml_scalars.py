"""Plain scalars as kubectl reads them: by the rules of go-yaml 2, which are neither YAML 1.1's nor 1.2's."""

from ack_mcp_server.kube.printing.yaml_scalars import BASES, FLOAT, INTEGER

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BEYOND_JSON = frozenset({".nan", ".NaN", ".NAN", *(f"{sign}{word}" for sign in ("", "+", "-")
                                                    for word in (".inf", ".Inf", ".INF"))})  # fmt: skip
_BEGINS_NUMBER = frozenset("+-0123456789")
_INT64 = 1 << 63
_EXACT = 1 << 53  # whole numbers up to here are one float each
_MOST_DIGITS = 64


class NumberTooLarge(ValueError):
    """It cannot be carried to the API server as it is written."""


def resolved(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar. Dates and base 60 stay text. Raises NumberTooLarge."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text in _BEYOND_JSON:
        raise NumberTooLarge
    if text[0] == ".":
        return _fraction(text) if FLOAT.fullmatch(text) else text
    return _number(text) if text[0] in _BEGINS_NUMBER else text


def integer(digits: str, base: int = 10) -> int:
    """Raises NumberTooLarge beyond 64 bits: a float would stand for another number."""
    value = int(digits, base) if len(digits) <= _MOST_DIGITS + 1 else _INT64
    if -_INT64 <= value < _INT64:
        return value
    raise NumberTooLarge


def decimal(text: str) -> int | float:
    """A number with a fraction or an exponent; Go prints whole ones as integers. Raises NumberTooLarge."""
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise NumberTooLarge
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value


def _number(text: str) -> str | int | float:
    plain = text.replace("_", "")
    if found := INTEGER.fullmatch(plain):
        sign, *digits = found.groups()
        return next(integer(sign + each, base) for each, base in zip(digits, BASES, strict=True) if each)
    return _fraction(plain, text) if FLOAT.fullmatch(plain) else text


def _fraction(plain: str, text: str = "") -> str | int | float:
    """Text when it is beyond a float, as Go has it."""
    try:
        return decimal(plain)
    except NumberTooLarge:
        return text or plain
