"""Whether and how to scale a workload by its load, as an answer with a manifest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.cost.crashes import crashes
from ack_mcp_server.cost.fitness import Around, Fitness, fitness, is_flat, request_of
from ack_mcp_server.cost.history import Past
from ack_mcp_server.cost.manifest import cpu_target, manifest, other_metrics
from ack_mcp_server.cost.quantities import CPU, MEASURES, MEMORY
from ack_mcp_server.cost.report import counted
from ack_mcp_server.cost.scaling import Bounds, Load, bounds, not_lowered
from ack_mcp_server.cost.sizes import told_history, told_missing
from ack_mcp_server.cost.sizing import LEAST_HISTORY_S, THROTTLED_MUCH, WHOLE_WEEK_S
from ack_mcp_server.cost.spread import percentile, rise, spread_of
from ack_mcp_server.cost.usage import restarts
from ack_mcp_server.cost.workload import Workload
from ack_mcp_server.kube.objects import Object, dig, name_of, number
from ack_mcp_server.services.prometheus.windows import told_seconds

_OVERSIZED = 0.3  # p95 of CPU as a share of the request, below which the request is told to be too large


class ScalingReport(Answer):
    cluster_id: str
    workload: str
    replicas: int
    history: str
    history_seconds: float
    verdict: str = Field(description="fits, little gain, not as it stands, or unknown.")
    load: tuple[str, ...] = ()
    against: tuple[str, ...] = Field((), description="What rules an autoscaler out as things stand.")
    cautions: tuple[str, ...] = ()
    existing: tuple[str, ...] = ()
    target_percent: int | None = None
    min_replicas: int | None = None
    max_replicas: int | None = None
    how: tuple[str, ...] = ()
    manifest: str = ""
    missing: tuple[str, ...] = ()

    def text(self) -> str:
        above = (
            f"{self.workload} in cluster {self.cluster_id}: {counted(self.replicas)}; {self.history}",
            f"an autoscaler by CPU: {self.verdict}",
        )
        below = [f"not read, so nothing is said of it: {'; '.join(self.missing)}"] if self.missing else []
        return composed("\n".join(self._lines()), above=above, below=below)

    def _lines(self) -> list[str]:
        lines = [*self.load, *(f"against: {each}" for each in self.against)]
        lines += [f"look at: {each}" for each in self.cautions]
        lines += [*self.existing, *self.how]
        if self.manifest:
            lines += ["manifest, for ack_kubectl apply (leave replicas out of the workload's own):", self.manifest]
        return lines


def scaling_report(
    cluster_id: str, workload: Workload, past: Past, around: Around, missing: Mapping[str, str]
) -> ScalingReport:
    load = load_of(workload, past)
    report = ScalingReport(
        cluster_id=cluster_id,
        workload=str(workload.subject),
        replicas=workload.replicas,
        history=told_history(past),
        history_seconds=past.length_s,
        verdict="unknown, because there is too little history of its CPU use",
        existing=tuple(_told_hpa(hpa) for hpa in around.hpas),
        missing=told_missing(missing),
    )
    fit = _with_crashes(fitness(workload, around, load or _NO_LOAD), crashes(workload, past))
    report = report.model_copy(update={"against": fit.against, "cautions": fit.cautions})
    if load is None or past.length_s < LEAST_HISTORY_S:
        return report.model_copy(update={"verdict": "not as it stands"}) if fit.against else report
    advised = _advised(workload, around, load, fit, past.length_s)
    return report.model_copy(update={"load": tuple(_told_load(load)), **advised})


def _with_crashes(fit: Fitness, told: str) -> Fitness:
    return replace(fit, against=(*fit.against, f"{told}: repair it before it is scaled")) if told else fit


_NO_LOAD = Load(0, 0, 0, 0, Fraction(1), "", {}, {})


def load_of(workload: Workload, past: Past) -> Load | None:
    """None without a history of CPU."""
    totals = list(past.totals(CPU.name).values())
    spread = spread_of(totals, CPU)
    if spread is None:
        return None
    spreads = {measure.name: spread_of(past.per_pod(measure.name), measure) for measure in MEASURES}
    return Load(
        low=CPU.up(percentile(sorted(totals), 0.05)),
        median=spread.p50,
        high=spread.p95,
        highest=spread.highest,
        burst=Fraction(f"{rise(totals):.2f}"),
        step=told_seconds(past.step_s),
        requests={measure.name: request_of(workload, measure.name) for measure in MEASURES},
        p95={name: each.p95 for name, each in spreads.items() if each},
        distorted=tuple(_distortions(workload, past)),
    )


def _distortions(workload: Workload, past: Past) -> Iterator[str]:
    for name in workload.container_names():
        killed = restarts(workload, name).killed | {pod for pod, container in past.killed if container == name}
        if killed:
            yield f"{name} ran out of memory in {len(killed)} pods: repair that first, crashes are part of this load"
        if past.throttled.get(name, 0) >= THROTTLED_MUCH:
            yield f"{name} is throttled in {past.throttled[name]:.0%} of its periods: its load would be higher"


def _advised(workload: Workload, around: Around, load: Load, fit: Fitness, length_s: float) -> dict[str, object]:
    request = load.requests[CPU.name]
    if fit.against or request is None:
        return {"verdict": "not as it stands"}
    found = bounds(load, request, around.least_available)
    flat = is_flat(load)
    existing = around.hpas[0] if around.hpas else None
    if existing and length_s < WHOLE_WEEK_S:
        found = not_lowered(found, *_limits(existing))
    return {
        "verdict": "little gain, so no manifest is made" if flat else "fits",
        "target_percent": found.target,
        "min_replicas": found.minimum,
        "max_replicas": found.maximum,
        "how": (*found.how, *_compared(around.hpas, found)),
        "manifest": "" if flat else manifest(workload.subject, found, existing),
    }


def _told_load(load: Load) -> list[str]:
    values = ((load.low, "p5"), (load.median, "p50"), (load.high, "p95"), (load.highest, "max"))
    swing = f", p95 is {load.swing:.2f} times p5" if load.swing else ""
    lines = [f"CPU of all pods: {', '.join(f'{name} {CPU.text(value)}' for value, name in values)}{swing}"]
    for measure in (CPU, MEMORY):
        request, share = load.requests.get(measure.name), load.share_of_request(measure.name)
        if request is not None and share is not None:
            used = measure.text(load.p95[measure.name])
            lines.append(f"one pod's {measure.spoken}: p95 {used} of {measure.text(request)} requested, {share:.0%}")
    cpu_share = load.share_of_request(CPU.name)
    if cpu_share is not None and cpu_share < _OVERSIZED:
        lines.append("the CPU request is far above the use: size it first (analyze_workload_cost), then scale by it")
    return lines


def _told_hpa(hpa: Object) -> str:
    target = cpu_target(hpa)
    minimum, maximum = _limits(hpa)
    parts = [f"min {minimum}", f"max {maximum}"]
    parts += [f"CPU target {target} %"] if target is not None else []
    parts += [f"also by {', '.join(others)}"] if (others := other_metrics(hpa)) else []
    parts += [f"now {now} replicas"] if (now := dig(hpa, "status", "currentReplicas")) is not None else []
    return f"existing HorizontalPodAutoscaler {name_of(hpa)}: {', '.join(parts)}"


def _limits(hpa: Object) -> tuple[int, int]:
    """The API server makes 1 of a minimum that is not written."""
    return number(hpa, "spec", "minReplicas") or 1, number(hpa, "spec", "maxReplicas")


def _compared(hpas: Sequence[Object], found: Bounds) -> list[str]:
    """What would change of the existing one."""
    if not hpas:
        return []
    minimum, maximum = _limits(hpas[0])
    pairs = (
        ("target", cpu_target(hpas[0]), found.target),
        ("min", minimum, found.minimum),
        ("max", maximum, found.maximum),
    )
    changes = [f"{name} {before} → {after}" for name, before, after in pairs if before != after]
    return [f"beside {name_of(hpas[0])}: {', '.join(changes) or 'nothing would change'}"]
