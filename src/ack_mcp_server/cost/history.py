"""What the containers of a workload used in the last days, pod by pod, those that are gone too."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from ack_mcp_server.cost.owned import DAYS, WINDOW, Source, any_of, chunks, pods_ever
from ack_mcp_server.cost.quantities import CPU, MEMORY
from ack_mcp_server.cost.workload import Workload
from ack_mcp_server.errors import AckError
from ack_mcp_server.services.prometheus.quoting import matcher
from ack_mcp_server.services.prometheus.values import Sample, Series
from ack_mcp_server.services.prometheus.windows import told_seconds

T = TypeVar("T")

ASKED_S = DAYS * 86_400
MOST_PODS = 1500
_MOST_VALUES = 400_000  # of one measure
_STEPS = (300, 600, 1800, 3600)
_AT_ONCE = 4
_HIGHEST = 2.0**60  # cores or bytes
_USED = {
    CPU.name: "max by (pod, container) (rate(container_cpu_usage_seconds_total{{{0}}}[{1}]))",
    MEMORY.name: "max by (pod, container) (max_over_time(container_memory_working_set_bytes{{{0}}}[{1}]))",
}
_PERIODS = "sum by (container) (increase(container_cpu_cfs_{0}_total{{{1}}}[{2}]))"
_KILLED = (
    "max by (pod, container) (max_over_time(kube_pod_container_status_last_terminated_reason{{{0}, "
    'reason="OOMKilled"}}[{1}])) > 0'
)


@dataclass(frozen=True)
class Used:
    """By one container of one pod: cores (mean of a step) or bytes (highest of a step) at unix seconds."""

    pod: str
    container: str
    times: tuple[float, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Past:
    """`pods` were looked at, of which `gone` are not there any more. `used` by measure; `throttled` is the share of
    periods in which a container was held back, by its name; `killed` are the (pod, container) pairs that ran out of
    memory. `missing`: by what was not read, why."""

    step_s: int = _STEPS[0]
    pods: int = 0
    gone: int = 0
    used: Mapping[str, Sequence[Used]] = field(default_factory=dict)
    throttled: Mapping[str, float] = field(default_factory=dict)
    killed: frozenset[tuple[str, str]] = frozenset()
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def length_s(self) -> float:
        """From the first value to the last."""
        ends = [(each.times[0], each.times[-1]) for series in self.used.values() for each in series]
        return max(last for _, last in ends) - min(first for first, _ in ends) if ends else 0.0

    def values(self, measure: str, container: str) -> list[float]:
        """Of all its pods together."""
        return [value for each in self.used.get(measure, ()) if each.container == container for value in each.values]

    def totals(self, measure: str) -> dict[float, float]:
        """Of all pods and containers by time, the earliest first."""
        found: defaultdict[float, float] = defaultdict(float)
        for each in self.used.get(measure, ()):
            for at, value in zip(each.times, each.values, strict=True):
                found[at] += value
        return dict(sorted(found.items()))

    def per_pod(self, measure: str) -> list[float]:
        """Of all containers of a pod together, at each time."""
        found: defaultdict[tuple[str, float], float] = defaultdict(float)
        for each in self.used.get(measure, ()):
            for at, value in zip(each.times, each.values, strict=True):
                found[(each.pod, at)] += value
        return list(found.values())


async def read_past(source: Source, workload: Workload, now: datetime) -> Past:
    """What cannot be read is told; never raises AckError."""
    missing: dict[str, str] = {}
    if not workload.containers:
        return Past()
    pods = await _or_none(missing, "replaced pods", pods_ever(source, workload))
    names = sorted(workload.pod_names if pods is None else pods)
    if len(names) > MOST_PODS:
        missing[f"the history of {len(names) - MOST_PODS:,} pods"] = f"only {MOST_PODS:,} are looked at"
        names = _alive_first(workload, names)[:MOST_PODS]
    if not names:
        return Past(missing=missing)
    return await _Asker(source, workload, now, names, missing).past()


def _alive_first(workload: Workload, names: Sequence[str]) -> list[str]:
    alive = frozenset(workload.pod_names)
    return sorted(names, key=lambda name: (name not in alive, name))


async def _or_none(missing: dict[str, str], what: str, read: Awaitable[T]) -> T | None:
    try:
        return await read
    except AckError as exc:
        missing[what] = f"{exc.code}: {exc.message}"
        return None


@dataclass(frozen=True)
class _Asker:
    """Of one workload's pods, some of them in each query."""

    source: Source
    workload: Workload
    now: datetime
    pods: Sequence[str]
    missing: dict[str, str]
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    @property
    def step_s(self) -> int:
        series = len(self.pods) * len(self.workload.containers)
        return next((step for step in _STEPS if series * ASKED_S // step <= _MOST_VALUES), _STEPS[-1])

    async def past(self) -> Past:
        cpu, memory, throttled, killed = await asyncio.gather(
            _or_none(self.missing, "CPU use over time", self._used(CPU.name)),
            _or_none(self.missing, "memory use over time", self._used(MEMORY.name)),
            _or_none(self.missing, "throttling", self._throttled()),
            _or_none(self.missing, "earlier OOM kills", self._killed()),
        )
        return Past(
            step_s=self.step_s,
            pods=len(self.pods),
            gone=len(set(self.pods).difference(self.workload.pod_names)),
            used={CPU.name: cpu or (), MEMORY.name: memory or ()},
            throttled=throttled or {},
            killed=frozenset(killed or ()),
            missing=self.missing,
        )

    async def _used(self, measure: str) -> list[Used]:
        step = told_seconds(self.step_s)
        parts = await asyncio.gather(*(self._range(_USED[measure].format(c, step)) for c in self._chosen()))
        return [used for part in parts for series in part if (used := used_by(series)).values]

    async def _throttled(self) -> dict[str, float]:
        """Containers without a CPU limit have no periods."""
        held, all_of = await asyncio.gather(self._periods("throttled_periods"), self._periods("periods"))
        return {name: held.get(name, 0.0) / count for name, count in all_of.items() if count > 0}

    async def _periods(self, which: str) -> dict[str, float]:
        sums: defaultdict[str, float] = defaultdict(float)
        for sample in await self._instants(_PERIODS, which):
            sums[sample.labels.get("container", "")] += sample.value
        return {name: value for name, value in sums.items() if 0 <= value <= _HIGHEST}

    async def _killed(self) -> list[tuple[str, str]]:
        found = await self._instants(_KILLED)
        return [(each.labels.get("pod", ""), each.labels.get("container", "")) for each in found]

    def _chosen(self) -> list[str]:
        space = matcher("namespace", "=", self.workload.subject.namespace)
        containers = any_of("container", self.workload.container_names())
        return [", ".join((space, any_of("pod", names), containers)) for names in chunks(self.pods)]

    async def _instants(self, query: str, *words: str) -> list[Sample]:
        queries = [query.format(*words, chosen, WINDOW) for chosen in self._chosen()]
        return [sample for part in await asyncio.gather(*map(self._instant, queries)) for sample in part]

    async def _instant(self, query: str) -> Sequence[Sample]:
        source = self.source
        async with self.turns:
            found = await source.metrics.instant(source.reach, source.cluster_id, query, deadline=source.deadline)
        return found.samples

    async def _range(self, query: str) -> Sequence[Series]:
        source, start = self.source, self.now - timedelta(seconds=ASKED_S)
        async with self.turns:
            found = await source.metrics.range(
                source.reach, source.cluster_id, query, start, self.now, self.step_s, source.deadline
            )
        return found.series


def used_by(series: Series) -> Used:
    """What is no number of cores or bytes is left out; sums and fractions of it would be none either."""
    pairs = [(at, value) for at, value in zip(series.times, series.values, strict=True) if 0 <= value <= _HIGHEST]
    times, values = zip(*pairs, strict=True) if pairs else ((), ())
    return Used(series.labels.get("pod", ""), series.labels.get("container", ""), times, values)
