"""Kubernetes quantities in billionths, as whole numbers: `250m`, `11598123456n`, `41514Ki`, `1.5Gi`."""

from ack_mcp_server.kube.printing.quantity import quantity

BILLION = 10**9
_SCALES = {"n": 1, "u": 10**3, "m": 10**6, "Ki": BILLION << 10, "Mi": BILLION << 20}


def billionths(text: str) -> int:
    """Raises ValueError, NotUnderstood for an absurd one."""
    number = text.rstrip("numKMi")  # the way of metrics servers, without fractions
    scale = _SCALES.get(text[len(number) :], 0) if number.isdecimal() else 0
    if scale:
        return int(number) * scale
    found = quantity(text)
    if found is None:
        raise ValueError("no quantity")
    return int(found * BILLION)


def rounded_up(billionths: int, unit: int) -> int:
    """In whole `unit`s, away from zero."""
    return -(-billionths // unit) if billionths >= 0 else billionths // unit
