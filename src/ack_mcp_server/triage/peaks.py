"""The most memory that troubled containers held in the last hour, by Prometheus: now they may be freshly started."""

import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.objects import Ref, ref_of
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.prometheus.quoting import literally, matcher
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.triage.reading import within
from ack_mcp_server.triage.workloads import Case

SOURCE = "Prometheus"
_PODS = 40  # in one query
_METRIC = "container_memory_working_set_bytes"

Peaks = Mapping[tuple[str, str, str], float]
"""Bytes by namespace, pod and container."""


@dataclass(frozen=True)
class Memory:
    """Of one cluster's containers. Of a kubeconfig that a call brings no Prometheus is `known`."""

    metrics: Metrics
    reach: Reach
    cluster_id: str
    known: bool = True

    async def peaks(self, cases: Sequence[Case], seconds: float, missing: dict[str, str]) -> Peaks:
        """Nothing where nothing crashed; that there is no Prometheus is told, and no failure."""
        pods = sorted({ref_of(t.pod) for case in cases for t in case.of("crash", "evicted")})[:_PODS]
        found: dict[tuple[str, str, str], float] = {}
        if not pods or not self.known:
            return found

        async def read() -> None:
            try:
                found.update(await self._read(pods, time.monotonic() + seconds))
            except AckError as exc:
                missing[SOURCE] = f"{exc.code}: {exc.message}"

        await within([read()], [SOURCE], seconds, missing)
        return found

    async def _read(self, pods: Sequence[Ref], deadline: float) -> Peaks:
        spaces, names = {pod.namespace for pod in pods}, {pod.name for pod in pods}
        chosen = ", ".join((_one_of("namespace", spaces), _one_of("pod", names), matcher("container", "!=", "")))
        query = f"max by (namespace, pod, container) (max_over_time({_METRIC}{{{chosen}}}[1h]))"
        vector = await self.metrics.instant(self.reach, self.cluster_id, query, deadline=deadline)
        return {
            (s.labels.get("namespace", ""), s.labels.get("pod", ""), s.labels.get("container", "")): s.value
            for s in vector.samples
        }


def _one_of(label: str, values: Set[str]) -> str:
    return matcher(label, "=~", "|".join(map(literally, sorted(values))))
