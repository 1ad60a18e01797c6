"""Kubernetes quantities, as far as they are compared: 100m, 1.5Gi, 2e3."""

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final

from ack_mcp_server.kube.printing.errors import NotUnderstood

# Without digits it is zero, whatever the suffix: `k` and `.` are quantities too.
_QUANTITY = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)", re.ASCII)
_EXPONENT = re.compile(r"[eE]([-+]?[0-9]+)", re.ASCII)
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_LARGEST_BINARY = (1 << 63) - 1
_NANO = 10**9
_LONGEST = 64  # characters
_LARGEST_EXPONENT = 200


def quantity(text: str) -> Fraction | None:
    """None for what is no quantity. Raises NotUnderstood for one of an absurd size."""
    if len(text) <= _LONGEST:
        return _read(text)
    if _QUANTITY.fullmatch(text):
        raise NotUnderstood("a quantity of absurd length")
    return None


@lru_cache(maxsize=4096)
def _read(text: str) -> Fraction | None:
    found = _QUANTITY.fullmatch(text)
    if not text or found is None:
        return None
    sign, whole, fraction, suffix = found.groups(default="")
    if not whole and not fraction and not sign and "." not in text and not suffix:
        return None
    scale = _scale(suffix)
    if scale is None:
        return None
    size = Fraction(int(whole + fraction or "0"), 10 ** len(fraction)) * scale
    size = Fraction(-(-size.numerator * _NANO // size.denominator), _NANO)
    if suffix in _BINARY:
        size = min(size, Fraction(_LARGEST_BINARY))
    return -size if sign == "-" else size


def _scale(suffix: str) -> Fraction | None:
    if suffix in _BINARY:
        return Fraction(1 << _BINARY[suffix])
    exponent = _DECIMAL.get(suffix)
    if exponent is None:
        found = _EXPONENT.fullmatch(suffix)
        if found is None:
            return None
        if len(found[1]) > 5 or abs(int(found[1])) > _LARGEST_EXPONENT:
            raise NotUnderstood("a quantity of absurd size")
        exponent = int(found[1])
    return Fraction(10) ** exponent
