"""Amounts of CPU and memory in whole units that people write: thousandths of a core, and MiB."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.printing.errors import NotUnderstood
from ack_mcp_server.kube.printing.quantity import quantity


@dataclass(frozen=True)
class Measure:
    """`unit` is one unit in cores or bytes; `per_large` units have a suffix of their own."""

    name: str
    spoken: str
    unit: Fraction
    suffix: str
    per_large: int
    large_suffix: str
    large_spoken: str

    def parsed(self, value: Any) -> Fraction | None:
        """Of a Kubernetes quantity, in units, exactly; None where there is none. Raises UnexpectedAnswer."""
        if value is None or value == "":
            return None
        try:
            found = quantity(str(value)) if not isinstance(value, bool) else None
        except NotUnderstood:
            found = None
        if found is None:
            raise UnexpectedAnswer(
                f"{shown(str(value))} is no amount of {self.spoken}", next_step="Correct it in the object's manifest."
            )
        return found / self.unit

    def up(self, base: float | Fraction) -> int:
        """Of cores or bytes: the next whole unit."""
        # What a float is off by must not make another unit.
        exact = Fraction(base) if isinstance(base, Fraction) else Fraction(repr(base))
        return math.ceil(exact / self.unit)

    def text(self, units: int | Fraction) -> str:
        """As a manifest holds it: `250m`, `2`, `512Mi`, `1Gi`; parts of a unit are rounded up."""
        whole = math.ceil(units)
        if whole and whole % self.per_large == 0:
            return f"{whole // self.per_large}{self.large_suffix}"
        return f"{whole}{self.suffix}"

    def sum_text(self, units: int | Fraction) -> str:
        """`1.25 cores`, `0.5 GiB`, without a sign."""
        return f"{float(round(abs(Fraction(units)) / self.per_large, 3)):g} {self.large_spoken}"


CPU = Measure("cpu", "CPU", Fraction(1, 1000), "m", 1000, "", "cores")
MEMORY = Measure("memory", "memory", Fraction(1 << 20), "Mi", 1024, "Gi", "GiB")
MEASURES = (CPU, MEMORY)


def rounded_up(units: int | Fraction, step: int) -> int:
    """To a multiple of `step`."""
    return math.ceil(Fraction(units) / step) * step
