"""Numbers as a reader takes them in: six digits that count, and large amounts of bytes in their unit beside."""

import math

_UNITS = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DIGITS = 6


def exact(value: float) -> str:
    """As Prometheus writes it; nothing is lost."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def short(value: float, *, in_bytes: bool = False) -> str:
    """Six digits; whole numbers whole. Bytes in binary units."""
    if not math.isfinite(value):
        return exact(value)
    if in_bytes and abs(value) >= 1024:
        return _in_units(value)
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.{_DIGITS}g}"


def _in_units(value: float) -> str:
    power = min(int(math.log(abs(value), 1024)), len(_UNITS))
    return f"{value / 1024**power:.4g}{_UNITS[power - 1]}"
