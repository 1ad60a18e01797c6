"""The bounds of an autoscaler from the load of a workload, with the arithmetic."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

FULL = 80  # percent of the request that pods may reach while new ones start
LEAST_TARGET, MOST_TARGET = 40, 75  # percent: below it pods idle, above it no time is left to start more
_TARGET_STEP = 5
_ROOM = Fraction(3, 2)  # of max replicas above the highest load that was seen
_LEAST = 2  # replicas: one can be gone


@dataclass(frozen=True)
class Load:
    """CPU of all pods together, thousandths of a core: `low` is its 5th, `high` its 95th percentile. `burst` is by
    which factor it rises within a step. `requests` and `p95` are of one pod, by measure, in units. `distorted` tells
    of what makes it less than what was wanted of the workload."""

    low: int
    median: int
    high: int
    highest: int
    burst: Fraction
    step: str
    requests: Mapping[str, Fraction | None]
    p95: Mapping[str, int]
    distorted: tuple[str, ...] = ()

    @property
    def swing(self) -> float | None:
        return self.high / self.low if self.low else None

    def share_of_request(self, measure: str) -> float | None:
        request, used = self.requests.get(measure), self.p95.get(measure)
        return float(used / request) if request and used is not None else None


@dataclass(frozen=True)
class Bounds:
    """`target` is in percent of the requests of a pod; `how` has one line for each."""

    target: int
    minimum: int
    maximum: int
    how: tuple[str, str, str]


def bounds(load: Load, request: Fraction, least_available: int = 0) -> Bounds:
    """`request` is the CPU of a pod, thousandths; `least_available` is what a disruption budget keeps."""
    target, target_how = _target(load)
    one = request * target / 100
    minimum, minimum_how = _minimum(load, one, least_available)
    maximum = max(math.ceil(load.highest * _ROOM / one), minimum + 1)
    each = f"({_cpu(request)} × {target} % = {_cpu(one)})"
    maximum_how = f"max {maximum}: highest load {_cpu(load.highest)} × {float(_ROOM):g} ÷ {each}, at least min + 1"
    return Bounds(target, minimum, maximum, (target_how, f"{minimum_how.format(each=each)}", maximum_how))


def not_lowered(found: Bounds, minimum: int, maximum: int) -> Bounds:
    """No bound below what is there already, because too little of the load was seen."""
    target_how, *others = found.how
    pairs = ((found.minimum, minimum), (found.maximum, maximum))
    low, high = (max(pair) for pair in pairs)
    kept = (f"; {was} kept, because less than a week was seen" if was > now else "" for now, was in pairs)
    minimum_how, maximum_how = (f"{how}{more}" for how, more in zip(others, kept, strict=True))
    return Bounds(found.target, low, max(high, low + 1), (target_how, minimum_how, maximum_how))


def _target(load: Load) -> tuple[int, str]:
    free = Fraction(FULL) / load.burst
    target = min(max(int(free // _TARGET_STEP) * _TARGET_STEP, LEAST_TARGET), MOST_TARGET)
    how = (
        f"target {target} %: {FULL} % ÷ {float(load.burst):.2f} (rise within {load.step}, p99) = {float(free):.0f} %, "
        f"down to a multiple of {_TARGET_STEP}, within {LEAST_TARGET}-{MOST_TARGET} %"
    )
    return target, how


def _minimum(load: Load, one: Fraction, least_available: int) -> tuple[int, str]:
    """`{each}` is what one pod takes."""
    needed = math.ceil(load.low / one)
    kept = least_available + 1 if least_available else 0
    minimum = max(needed, _LEAST, kept)
    budget = f", and 1 more than the {least_available} of its disruption budget" if kept else ""
    how = f"min {minimum}: low load {_cpu(load.low)} (p5) ÷ {{each}}, rounded up, at least {_LEAST}{budget}"
    return minimum, how


def _cpu(units: int | Fraction) -> str:
    return f"{float(units):.4g}m"
