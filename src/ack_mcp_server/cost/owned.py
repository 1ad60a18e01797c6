"""Pods that a workload owned and that are gone, as kube-state-metrics told of owners."""

from collections.abc import Sequence
from dataclasses import dataclass

from ack_mcp_server.cost.workload import Workload
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.prometheus.quoting import literally, matcher
from ack_mcp_server.services.reach import Reach

DAYS = 7
WINDOW = f"{DAYS}d"
CHUNK = 40  # names in one query
_MOST_PARENTS = 400

# What is between the workload and its pods: the metric that names its owner, the label of its own name, and its kind.
_BETWEEN = {
    "deployment": ("kube_replicaset_owner", "replicaset", "Deployment", "ReplicaSet"),
    "cronjob": ("kube_job_owner", "job_name", "CronJob", "Job"),
}


@dataclass(frozen=True)
class Source:
    """The Prometheus of one cluster, asked within one deadline."""

    metrics: Metrics
    reach: Reach
    cluster_id: str
    deadline: float

    async def names(self, query: str, label: str) -> list[str]:
        """The values of one label. Raises AckError."""
        vector = await self.metrics.instant(self.reach, self.cluster_id, query, deadline=self.deadline)
        return sorted({name for sample in vector.samples if (name := sample.labels.get(label, ""))})


def any_of(label: str, names: Sequence[str]) -> str:
    return matcher(label, "=~", "|".join(map(literally, names)))


def chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[begin : begin + CHUNK] for begin in range(0, len(names), CHUNK)]


async def pods_ever(source: Source, workload: Workload) -> list[str]:
    """Names of all pods of the last days, those that live too. Raises AckError."""
    between = _BETWEEN.get(workload.subject.type)
    kind = between[3] if between else workload.subject.kind.spoken
    parents = await _parents(source, workload) if between else list(workload.parents)
    found = set(workload.pod_names)
    for names in chunks(parents[:_MOST_PARENTS]):
        chosen = _joined(workload, matcher("owner_kind", "=", kind), any_of("owner_name", names))
        found.update(
            await source.names(f"group by (pod) (last_over_time(kube_pod_owner{{{chosen}}}[{WINDOW}]))", "pod")
        )
    return sorted(found)


async def _parents(source: Source, workload: Workload) -> list[str]:
    """Those that live, and those that were deleted since."""
    metric, label, kind, _ = _BETWEEN[workload.subject.type]
    chosen = _joined(workload, matcher("owner_kind", "=", kind), matcher("owner_name", "=", workload.subject.name))
    query = f"group by ({label}) (last_over_time({metric}{{{chosen}}}[{WINDOW}]))"
    return sorted({*workload.parents, *(await source.names(query, label))})


def _joined(workload: Workload, *matchers: str) -> str:
    return ", ".join((matcher("namespace", "=", workload.subject.namespace), *matchers))
