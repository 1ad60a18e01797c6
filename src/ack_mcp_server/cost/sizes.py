"""From what was read of a workload to its sizes: what is asked for, used and advised, container by container."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.cost.crashes import crashes_of_size
from ack_mcp_server.cost.history import ASKED_S, Past
from ack_mcp_server.cost.koordinator import Profile
from ack_mcp_server.cost.quantities import CPU, MEASURES, MEMORY, Measure
from ack_mcp_server.cost.report import CostReport, SizeReport
from ack_mcp_server.cost.sizing import RULES, WHOLE_WEEK_S, Advice, Seen, advise, rounding
from ack_mcp_server.cost.spread import spread_of
from ack_mcp_server.cost.usage import restarts
from ack_mcp_server.cost.warnings import guaranteed, warnings
from ack_mcp_server.cost.workload import Asks, Container, Workload
from ack_mcp_server.kube.native.ages import human_duration
from ack_mcp_server.services.prometheus.windows import told_seconds

_LONGEST_WHY = 200


@dataclass(frozen=True)
class Facts:
    """All that was read; `now` is in units by container and measure."""

    cluster_id: str
    workload: Workload
    past: Past
    now: Mapping[tuple[str, str], Fraction]
    profile: Profile
    missing: Mapping[str, str]


@dataclass(frozen=True)
class Size:
    """Of one container and one measure."""

    container: str
    measure: Measure
    asks: Asks
    seen: Seen
    advice: Advice
    restarts: int

    @property
    def change(self) -> Fraction | None:
        """Of the request, in units; None where nothing is advised. An unset request is nothing."""
        return None if self.advice.request is None else Fraction(self.advice.request) - (self.asks.request or 0)


def sizes(workload: Workload, past: Past) -> list[Size]:
    return [_size(workload, past, each, measure) for each in workload.containers for measure in MEASURES]


def cost_report(facts: Facts) -> CostReport:
    found = sizes(facts.workload, facts.past)
    cpu, memory = (_change(found, measure, facts.workload.replicas) for measure in MEASURES)
    return CostReport(
        cluster_id=facts.cluster_id,
        workload=str(facts.workload.subject),
        replicas=facts.workload.replicas,
        history=told_history(facts.past),
        history_seconds=facts.past.length_s,
        sizes=tuple(_report(each, facts) for each in found),
        changes=tuple(_told_changes(facts.workload.replicas, cpu, memory)),
        cpu_change_cores=_large(cpu, CPU),
        memory_change_gib=_large(memory, MEMORY),
        koordinator=_told_profile(facts.profile),
        warnings=(*_of_crashes(crashes_of_size(facts.workload, facts.past)), *_warnings(found)),
        missing=told_missing(facts.missing),
        rules=rounding() if facts.past.length_s else "",
    )


def _of_crashes(told: str) -> Iterator[str]:
    if told:
        yield f"{told}: repair it before sizing, crashes are part of this use"


def _warnings(found: Sequence[Size]) -> Iterator[str]:
    for each in found:
        yield from (f"{each.container}: {line}" for line in warnings(each.measure, each.asks, each.seen, each.advice))
    yield from guaranteed([(each.asks, each.advice) for each in found])


def told_history(past: Past) -> str:
    """How much there really is."""
    if not past.length_s:
        return "no history of its use"
    asked, there = told_seconds(ASKED_S), human_duration(past.length_s)
    less = "" if past.length_s >= WHOLE_WEEK_S else f"; {asked} were asked for: a weekly rhythm is not seen"
    gone = f", of which {past.gone:,} are gone" if past.gone else ""
    return f"history {there} in steps of {told_seconds(past.step_s)} of {past.pods:,} pods{gone}{less}"


def told_missing(missing: Mapping[str, str]) -> tuple[str, ...]:
    """Those with the same reason together."""
    whys: dict[str, list[str]] = {}
    for what, why in missing.items():
        whys.setdefault(one_line(why, _LONGEST_WHY), []).append(what)
    return tuple(f"{', '.join(names)} ({why})" for why, names in whys.items())


def _size(workload: Workload, past: Past, container: Container, measure: Measure) -> Size:
    began = restarts(workload, container.name)
    killed = began.killed | {pod for pod, name in past.killed if name == container.name}
    seen = Seen(
        spread=spread_of(past.values(measure.name, container.name), measure),
        length_s=past.length_s,
        throttled=past.throttled.get(container.name, 0.0),
        killed=len(killed),
    )
    asks = container.asks[measure.name]
    return Size(container.name, measure, asks, seen, advise(RULES[measure.name], asks, seen), began.count)


def _report(size: Size, facts: Facts) -> SizeReport:
    measure, seen = size.measure, size.seen
    spread = seen.spread
    used = (spread.p50, spread.p95, spread.p99, spread.highest) if spread else (None,) * 4
    p50, p95, p99, highest = (_text(measure, value) for value in used)
    return SizeReport(
        container=size.container,
        resource=measure.name,
        request=_text(measure, size.asks.request),
        limit=_text(measure, size.asks.limit),
        now=_text(measure, facts.now.get((size.container, measure.name))),
        p50=p50,
        p95=p95,
        p99=p99,
        max=highest,
        advised_request=_text(measure, size.advice.request),
        advised_limit=_text(measure, size.advice.limit),
        koordinator=_text(measure, facts.profile.size(size.container, measure)),
        throttled=facts.past.throttled.get(size.container) if measure is CPU else None,
        oom_killed=seen.killed,
        restarts=size.restarts,
        how=size.advice.how,
    )


def _text(measure: Measure, units: int | Fraction | None) -> str:
    return "" if units is None else measure.text(units)


def _change(found: Sequence[Size], measure: Measure, replicas: int) -> Fraction | None:
    """For all replicas; None where a container is without advice, because the sum would be of a part."""
    changes = [each.change for each in found if each.measure is measure]
    known = [change for change in changes if change is not None]
    return sum(known, Fraction(0)) * replicas if known and len(known) == len(changes) else None


def _told_changes(replicas: int, cpu: Fraction | None, memory: Fraction | None) -> list[str]:
    pairs = ((CPU, cpu), (MEMORY, memory))
    words = [_told_change(measure, change) for measure, change in pairs if change is not None]
    return [f"the advised requests, for {_all(replicas)}: {', '.join(words)}"] if words else []


def _all(replicas: int) -> str:
    return f"all {replicas} replicas" if replicas != 1 else "its only replica"


def _told_change(measure: Measure, change: Fraction) -> str:
    if not change:
        return f"{measure.spoken} unchanged"
    return f"{'add' if change > 0 else 'free'} {measure.sum_text(change)}{' of memory' * (measure is MEMORY)}"


def _large(units: Fraction | None, measure: Measure) -> float | None:
    return None if units is None else float(units / measure.per_large)


def _told_profile(profile: Profile) -> str:
    if not profile.targets:
        return profile.state
    return "its target × 1.3, CPU rounded up to 10m, memory to 10Mi; it profiles no less than 25m and 250 MB a pod"
