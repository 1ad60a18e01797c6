"""The two questions that are asked of a workload: how large its containers should be, and whether to scale it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ack_mcp_server.answers.room import Room
from ack_mcp_server.cost.fitness import Around, read_around
from ack_mcp_server.cost.history import Past, read_past
from ack_mcp_server.cost.koordinator import read_profile
from ack_mcp_server.cost.owned import Source
from ack_mcp_server.cost.reading import Reading
from ack_mcp_server.cost.report import CostReport
from ack_mcp_server.cost.scaling_report import ScalingReport, scaling_report
from ack_mcp_server.cost.sizes import Facts, cost_report
from ack_mcp_server.cost.subject import Subject
from ack_mcp_server.cost.usage import usage_now
from ack_mcp_server.cost.workload import Workload, read_workload
from ack_mcp_server.errors import CommandFailed, DeadlineExceeded, NotEnabled
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.using import using
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.reach import Reach

R = TypeVar("R")


@dataclass
class Cost:
    """Lives as long as the server."""

    kubectl: Kubectl
    metrics: Metrics

    async def sizes(self, subject: Subject, reach: Reach) -> CostReport:
        """Raises AckError."""

        async def read(reading: Reading, access: Access) -> CostReport:
            workload = await read_workload(reading, subject)
            past, now, profile = await asyncio.gather(
                self._past(subject, reach, workload, reading.asked.now()),
                usage_now(reading, workload),
                read_profile(reading, subject),
            )
            missing = {**past.missing, **reading.missing}
            facts = Facts(access.cluster_id, workload, past, now, profile, missing)
            return await self._off_loop(past, lambda: cost_report(facts))

        return await self._read(subject, reach, read)

    async def scaling(self, subject: Subject, reach: Reach) -> ScalingReport:
        """Raises AckError."""

        async def read(reading: Reading, access: Access) -> ScalingReport:
            workload = await read_workload(reading, subject)
            past, around = await asyncio.gather(
                self._past(subject, reach, workload, reading.asked.now()), read_around(reading, workload)
            )
            return await self._off_loop(past, lambda: self._scaling(access, workload, past, around, reading))

        return await self._read(subject, reach, read)

    def _scaling(
        self, access: Access, workload: Workload, past: Past, around: Around, reading: Reading
    ) -> ScalingReport:
        return scaling_report(access.cluster_id, workload, past, around, {**past.missing, **reading.missing})

    async def _past(self, subject: Subject, reach: Reach, workload: Workload, now: datetime) -> Past:
        if reach.brought and reach.is_brought(subject.cluster_id):
            # The only cluster of a key need not be the one of the kubeconfig.
            return Past(
                missing={"history": "the call brought its kubeconfig; which Prometheus is its cluster's is unknown"}
            )
        source = Source(self.metrics, reach, subject.cluster_id, self.metrics.deadline())
        return await read_past(source, workload, now)

    async def _off_loop(self, past: Past, work: Callable[[], R]) -> R:
        values = sum(len(each.values) for series in past.used.values() for each in series)
        return await self.metrics.off_loop(work, large=values > 20_000)

    async def _read(self, subject: Subject, reach: Reach, read: Callable[[Reading, Access], Awaitable[R]]) -> R:
        try:
            return await using(
                self.kubectl.access, subject.cluster_id, reach, lambda access: self._once(subject, access, read)
            )
        except Refusal as exc:
            raise CommandFailed(exc.line, next_step="Check the identity of the kubeconfig.") from exc

    async def _once(self, subject: Subject, access: Access, read: Callable[[Reading, Access], Awaitable[R]]) -> R:
        if access.kubeconfig is None:
            raise NotEnabled(
                "the analysis does not work with a kubeconfig that needs a program or a proxy",
                next_step="Give the server one with a token or a client certificate, or use ack_kubectl.",
            )
        try:
            async with asyncio.timeout(self.kubectl.settings.kubectl_timeout + self.metrics.settings.api_timeout):
                return await read(await self._reading(subject, access.kubeconfig), access)
        except TimeoutError as exc:
            raise DeadlineExceeded(
                f"no whole answer about {subject} in time", next_step="Try again; the cluster answers slowly."
            ) from exc

    async def _reading(self, subject: Subject, kubeconfig: Kubeconfig) -> Reading:
        asked = await self.kubectl.engine.asked(parse("get pods"), kubeconfig, Room(0))
        return Reading(asked, await asked.kinds.now(), Bounds.of(self.kubectl.settings), subject.namespace)
