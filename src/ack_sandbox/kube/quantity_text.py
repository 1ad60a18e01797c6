"""Quantities as the API server writes them back: the largest suffix that keeps the number whole."""

import re
from decimal import Decimal, InvalidOperation

FORM = re.compile(r"^([+-]?[0-9.]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i|)$")
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
REFUSAL = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


def canonical(value: str | float) -> str:
    """`0.5` is `500m`, `1024Mi` is `1Gi`; raises ValueError for what is no quantity."""
    found = FORM.match(str(value).strip())
    if found is None:
        raise ValueError(REFUSAL)
    number, suffix = found.groups()
    try:
        amount = Decimal(number)
    except InvalidOperation:
        raise ValueError(REFUSAL) from None
    if suffix in BINARY[1:]:
        return _binary(amount * 1024 ** BINARY.index(suffix))
    if suffix[:1] in ("e", "E") and suffix[1:]:
        return str(value)  # exponents are kept as they are
    return _decimal(amount.scaleb(DECIMAL[suffix]))


def _binary(amount: Decimal) -> str:
    if abs(amount) < 1024 or amount != amount.to_integral_value():
        return _decimal(amount)
    power = 0
    while power < len(BINARY) - 1 and amount % 1024 == 0 and amount:
        amount, power = amount / 1024, power + 1
    return f"{int(amount)}{BINARY[power]}"


def _decimal(amount: Decimal) -> str:
    if not amount:
        return "0"
    for suffix, exponent in sorted(DECIMAL.items(), key=lambda each: -each[1]):
        scaled = amount.scaleb(-exponent)
        if scaled == scaled.to_integral_value():
            return f"{int(scaled)}{suffix}"
    return f"{int(amount.scaleb(9).to_integral_value(rounding='ROUND_UP'))}n"
