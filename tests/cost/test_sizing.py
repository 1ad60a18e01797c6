"""The arithmetic of sizes: every number in an answer follows from the others by what is said there."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.cost.koordinator import Profile
from ack_mcp_server.cost.quantities import CPU, MEMORY
from ack_mcp_server.cost.sizing import RULES, Advice, Seen, advise
from ack_mcp_server.cost.spread import Spread, percentile, rise, spread_of
from ack_mcp_server.cost.warnings import guaranteed, warnings
from ack_mcp_server.cost.workload import Asks

DAY = 86_400.0
CPU_RULE, MEMORY_RULE = RULES["cpu"], RULES["memory"]
SEEN = Seen(Spread(p50=80, p95=182, p99=240, highest=300, samples=2000), 7 * DAY)
WIDE = Asks(Fraction(1000), Fraction(2000))


def test_a_cpu_request_is_the_95th_percentile_with_a_margin() -> None:
    assert advise(CPU_RULE, WIDE, SEEN).request == 210  # 182 × 1.15 = 209.3


def test_a_memory_request_is_the_99th_percentile_with_a_margin() -> None:
    assert advise(MEMORY_RULE, WIDE, SEEN).request == 280  # 240 × 1.15 = 276


def test_a_memory_limit_is_the_highest_value_with_a_margin() -> None:
    assert advise(MEMORY_RULE, WIDE, SEEN).limit == 390  # 300 × 1.3


def test_the_arithmetic_is_told() -> None:
    how = advise(MEMORY_RULE, WIDE, SEEN).how
    assert how == "request p99 240Mi × 1.15 → 280Mi; limit max 300Mi × 1.3 → 390Mi"


def test_a_cpu_limit_that_is_large_enough_stays() -> None:
    assert advise(CPU_RULE, WIDE, SEEN).limit == 2000


def test_a_cpu_limit_that_is_too_small_is_raised() -> None:
    assert advise(CPU_RULE, Asks(Fraction(100), Fraction(200)), SEEN).limit == 450  # 300 × 1.5


def test_a_request_that_is_near_is_kept() -> None:
    assert advise(CPU_RULE, Asks(Fraction(200), None), SEEN).request == 200


def test_a_day_is_not_enough_to_lower_a_memory_limit() -> None:
    advice = advise(MEMORY_RULE, WIDE, replace(SEEN, length_s=DAY))
    assert (advice.request, advice.limit) == (280, 2000)


def test_hours_are_not_enough_to_lower_a_request() -> None:
    assert advise(CPU_RULE, WIDE, replace(SEEN, length_s=DAY / 2)).request == 1000


def test_hours_are_enough_to_raise_a_request() -> None:
    assert advise(CPU_RULE, Asks(Fraction(100), None), replace(SEEN, length_s=DAY / 2)).request == 210


def test_of_minutes_nothing_is_advised() -> None:
    assert advise(CPU_RULE, WIDE, replace(SEEN, length_s=900)) == Advice(
        how="less than an hour of history, so nothing is advised"
    )


def test_without_history_nothing_is_advised() -> None:
    assert advise(CPU_RULE, WIDE, Seen(None, 0)).request is None


def test_a_memory_limit_that_killed_is_raised_beyond_what_was_seen() -> None:
    seen = replace(SEEN, killed=2)
    advice = advise(MEMORY_RULE, Asks(Fraction(256), Fraction(320)), seen)
    assert advice.limit == 480  # 320 × 1.5, more than 300 × 1.3
    assert "OOM kills" in advice.how


def test_what_was_throttled_is_no_reason_to_ask_for_less() -> None:
    assert advise(CPU_RULE, Asks(Fraction(300), Fraction(300)), replace(SEEN, throttled=0.4)).request == 300


def test_little_throttling_is_no_reason_to_keep_a_request() -> None:
    assert advise(CPU_RULE, Asks(Fraction(300), Fraction(300)), replace(SEEN, throttled=0.05)).request == 210


@given(
    p50=st.integers(0, 5000),
    more=st.tuples(*[st.integers(0, 5000)] * 3),
    asked=st.none() | st.integers(1, 20_000),
    limit=st.none() | st.integers(1, 20_000),
    rule=st.sampled_from(sorted(RULES)),
    throttled=st.sampled_from([0.0, 0.5]),
    killed=st.sampled_from([0, 1]),
    days=st.sampled_from([0.5, 1, 7]),
)
@settings(max_examples=40)
def test_advice_covers_the_use_and_its_limit_the_request(
    p50: int, more: tuple[int, int, int], asked: int | None, limit: int | None, rule: str, throttled: float,
    killed: int, days: float,
) -> None:  # fmt: skip
    p95, p99, highest = p50 + more[0], p50 + sum(more[:2]), p50 + sum(more)
    asks = Asks(None if asked is None else Fraction(asked), None if limit is None else Fraction(limit))
    seen = Seen(Spread(p50, p95, p99, highest, 9), days * DAY, throttled, killed)
    advice = advise(RULES[rule], asks, seen)
    assert advice.request is not None and advice.limit is not None
    assert advice.limit >= advice.request >= {"cpu": p95, "memory": p99}[rule]
    assert advice.limit >= highest


def test_percentiles_are_those_of_prometheus() -> None:
    found = [percentile([1.0, 2.0, 3.0, 4.0], share) for share in (0, 0.5, 0.95, 1)]
    assert found == pytest.approx([1.0, 2.5, 3.85, 4.0])


@given(values=st.lists(st.floats(0, 1e11), min_size=1, max_size=20))
@settings(max_examples=20)
def test_percentiles_are_in_order(values: list[float]) -> None:
    spread = spread_of(values, MEMORY)
    assert spread is not None
    assert spread.p50 <= spread.p95 <= spread.p99 <= spread.highest == MEMORY.up(max(values))


def test_a_rise_is_never_less_than_one() -> None:
    assert rise([4.0, 3.0, 2.0]) == 1.0


def test_a_rise_from_nothing_is_no_factor() -> None:
    assert rise([0.0, 3.0, 6.0]) == 2.0


def test_koordinators_target_is_taken_times_its_factor_and_rounded_up() -> None:
    profile = Profile("working", {("app", "cpu"): Fraction(4742), ("app", "memory"): Fraction(250)})
    assert (profile.size("app", CPU), profile.size("app", MEMORY)) == (6170, 330)  # 6164.6m and 325Mi


@pytest.mark.parametrize(
    ("asks", "seen", "warning"),
    [
        (Asks(Fraction(300), None), SEEN, "no memory limit"),
        (Asks(None, Fraction(500)), SEEN, "no memory request"),
        (Asks(Fraction(300), Fraction(200)), SEEN, "memory limit 200Mi is below p99 240Mi"),
        (Asks(Fraction(60), Fraction(500)), SEEN, "below the median use 80Mi"),
        (Asks(Fraction(1000), Fraction(2000)), SEEN, "memory request 1000Mi is 3.6 times what is advised"),
        (Asks(Fraction(300), Fraction(500)), replace(SEEN, killed=1), "ran out of memory"),
        (Asks(Fraction(300), Fraction(500), inherited=True), SEEN, "LimitRange"),
    ],
)
def test_what_is_wrong_is_warned_of(asks: Asks, seen: Seen, warning: str) -> None:
    found = list(warnings(MEMORY, asks, seen, advise(MEMORY_RULE, asks, seen)))
    assert any(warning in line for line in found)


def test_of_fitting_sizes_there_is_no_warning() -> None:
    asks = Asks(Fraction(280), Fraction(390))
    assert not list(warnings(MEMORY, asks, SEEN, advise(MEMORY_RULE, asks, SEEN)))


def test_losing_the_guaranteed_class_is_warned_of() -> None:
    same = Asks(Fraction(1000), Fraction(1000))
    assert list(guaranteed([(same, Advice(280, 390))]))
    assert not list(guaranteed([(same, Advice(390, 390))]))
    assert not list(guaranteed([(Asks(Fraction(1), Fraction(2)), Advice(280, 390))]))
