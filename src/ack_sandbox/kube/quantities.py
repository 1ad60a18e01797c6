"""Kubernetes quantities: read as exact numbers, written the way the metrics API and events write them."""

from decimal import Decimal

SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
}


def quantity(text: str | float | None) -> Decimal:
    """`"250m"` is 0.25, `"1Gi"` is 1073741824; nothing is zero."""
    if text is None or text == "":
        return Decimal(0)
    written = str(text)
    number = written.rstrip("numkMGTKi")
    return Decimal(number) * SUFFIXES[written[len(number) :]]


def millicores(text: str | float | None) -> int:
    return int(quantity(text) * 1000)


def whole_bytes(text: str | float | None) -> int:
    return int(quantity(text))


def memory(amount: int) -> str:
    """Bytes in the largest binary unit that keeps them whole."""
    for suffix in ("Gi", "Mi", "Ki"):
        unit = int(SUFFIXES[suffix])
        if amount and amount % unit == 0:
            return f"{amount // unit}{suffix}"
    return str(amount)


def cpu(milli: int) -> str:
    return str(milli // 1000) if milli % 1000 == 0 else f"{milli}m"
