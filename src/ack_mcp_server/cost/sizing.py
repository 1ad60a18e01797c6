"""How large a request and a limit should be: percentiles times margins, in whole numbers that can be computed again.

CPU can wait, memory cannot: a CPU request covers the 95th percentile, a memory request the 99th, and a limit the
highest value with room to grow. What was cut off by a limit (throttling, OOM kills) is no measure of what is needed.
"""

from dataclasses import dataclass
from fractions import Fraction

from ack_mcp_server.cost.quantities import CPU, MEMORY, Measure, rounded_up
from ack_mcp_server.cost.spread import Spread
from ack_mcp_server.cost.workload import Asks

LEAST_HISTORY_S = 3600  # below it nothing is advised
WHOLE_DAY_S = 23 * 3600  # below it no request is lowered: the busy hours may be missing
WHOLE_WEEK_S = 6.5 * 86_400  # below it no memory limit is lowered: what is beyond a limit kills
THROTTLED_MUCH = 0.25  # of the periods
_CUT_OFF = Fraction(3, 2)  # what a limit that was hit is multiplied by
_CLOSE = Fraction(1, 10)  # a request that is so near is kept


@dataclass(frozen=True)
class Rule:
    """`request_of` and `limit_of` name parts of a Spread; steps and the least are in units."""

    measure: Measure
    request_of: str
    request_margin: Fraction
    limit_margin: Fraction
    request_step: int
    limit_step: int
    least: int


RULES = {
    CPU.name: Rule(CPU, "p95", Fraction(115, 100), Fraction(150, 100), 10, 50, 10),
    MEMORY.name: Rule(MEMORY, "p99", Fraction(115, 100), Fraction(130, 100), 10, 10, 32),
}


@dataclass(frozen=True)
class Advice:
    """In units; None where nothing is advised. `how` is the arithmetic."""

    request: int | Fraction | None = None
    limit: int | Fraction | None = None
    how: str = ""


@dataclass(frozen=True)
class Seen:
    """What one container did: `throttled` is a share of periods, `killed` how many of its pods ran out of memory."""

    spread: Spread | None
    length_s: float
    throttled: float = 0.0
    killed: int = 0


def advise(rule: Rule, asks: Asks, seen: Seen) -> Advice:
    if seen.spread is None:
        return Advice(how="no history, so nothing is advised")
    if seen.length_s < LEAST_HISTORY_S:
        return Advice(how="less than an hour of history, so nothing is advised")
    request, request_how = _request(rule, asks, seen, seen.spread)
    limit, limit_how = _limit(rule, asks, seen, seen.spread, request)
    return Advice(request, limit, f"request {request_how}; limit {limit_how}")


def cut_off(rule: Rule, seen: Seen) -> str:
    """By what the use was held down; empty where it was free."""
    if rule.measure is MEMORY and seen.killed:
        return "OOM kills"
    if rule.measure is CPU and seen.throttled >= THROTTLED_MUCH:
        return "throttling"
    return ""


def _request(rule: Rule, asks: Asks, seen: Seen, spread: Spread) -> tuple[int | Fraction, str]:
    used: int = getattr(spread, rule.request_of)
    size = max(rounded_up(used * rule.request_margin, rule.request_step), rule.least)
    how = _product(rule, f"{rule.request_of} {rule.measure.text(used)}", rule.request_margin, size)
    now = asks.request
    if now is None:
        return size, how
    if abs(size - now) <= now * _CLOSE:
        return now, f"{how}, within 10 % of {rule.measure.text(now)}: kept"
    if size < now and (reason := cut_off(rule, seen) or _too_short(seen)):
        return now, f"{how}, not lowered ({reason}): {rule.measure.text(now)} kept"
    return size, how


def _limit(rule: Rule, asks: Asks, seen: Seen, spread: Spread, request: int | Fraction) -> tuple[int | Fraction, str]:
    used = spread.highest
    size = max(rounded_up(used * rule.limit_margin, rule.limit_step), rule.least)
    how = _product(rule, f"max {rule.measure.text(used)}", rule.limit_margin, size)
    if asks.limit is not None and (reason := cut_off(rule, seen)):
        more = rounded_up(asks.limit * _CUT_OFF, rule.limit_step)
        if more > size:
            size, now = more, rule.measure.text(asks.limit)
            how = f"{now} × {float(_CUT_OFF):g} → {rule.measure.text(size)}, because {reason} cut its use off"
    if asks.limit is not None and size <= asks.limit and asks.limit >= request and (reason := _kept(rule, seen)):
        return asks.limit, f"{how}, {rule.measure.text(asks.limit)} kept ({reason})"
    if size < request:
        size = rounded_up(request, rule.limit_step)
        how += f", not below the request: {rule.measure.text(size)}"
    return size, how


def _too_short(seen: Seen) -> str:
    return "" if seen.length_s >= WHOLE_DAY_S else "less than a day of history"


def _kept(rule: Rule, seen: Seen) -> str:
    """Why a limit that is large enough is not lowered."""
    if rule.measure is CPU:
        return "lowering it frees nothing"
    return "" if seen.length_s >= WHOLE_WEEK_S else "less than a week of history"


def _product(rule: Rule, what: str, margin: Fraction, size: int) -> str:
    """`p95 182m × 1.15 → 210m`; the arrow is rounding up to the step, and never below the least."""
    return f"{what} × {float(margin):g} → {rule.measure.text(size)}"


def rounding() -> str:
    """For the reader, once."""
    cpu, memory = RULES[CPU.name], RULES[MEMORY.name]
    return (
        f"→ rounds up: CPU requests to {cpu.request_step}m, limits to {cpu.limit_step}m, at least {cpu.least}m; "
        f"memory to {memory.request_step}Mi, at least {memory.least}Mi"
    )
