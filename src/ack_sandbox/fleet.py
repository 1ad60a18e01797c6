"""The Kubernetes APIs of a region's clusters, one server each, beside the cloud that hands out their kubeconfigs."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from ack_sandbox.clock import Clock
from ack_sandbox.cloud.errors import cluster_not_ready
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cluster_control import carry_out
from ack_sandbox.draws import Draws
from ack_sandbox.kube.server import ClusterServer, serve_cluster
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.metrics.monitored import Monitored
from ack_sandbox.plan import ClusterPlan, RegionPlan
from ack_sandbox.prometheus.backends import backend
from ack_sandbox.prometheus.front import PrometheusFront
from ack_sandbox.region import Region, serve
from ack_sandbox.sls.front import SlsFront
from ack_sandbox.sls.rows.store import LogStores


class Fleet:
    """The running API servers by cluster id; usable as a neighbour of the cloud and as its kubeconfig issuer."""

    def __init__(self, plan: RegionPlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self.servers: dict[str, ClusterServer] = {}
        self.monitored: dict[str, Monitored] = {}
        self._open_servers = AsyncExitStack()
        self._errands: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, Json]]:
        async with self._open_servers:
            for cluster in self._plan.clusters:
                pods = self._plan.scale if cluster.role == "production" else None
                await self._serve(cluster, cluster.role, pods)
            yield {"api_servers": {id: server.url for id, server in self.servers.items()}}
            await asyncio.gather(*self._errands, return_exceptions=True)

    async def _serve(self, cluster: ClusterPlan, drawn_for: str, pods: int | None = None) -> None:
        draws = Draws(self._plan.seed).at("kubernetes", drawn_for)
        server = serve_cluster(cluster, self._clock, draws, pods=pods)
        running = await self._open_servers.enter_async_context(server)
        self.servers[cluster.id] = running
        self.monitored[cluster.id] = Monitored(running.state)

    def open(self, cluster: ClusterPlan) -> None:
        """Begin to serve a cluster that was created; it is there a moment later."""
        self._run(self._serve(cluster, cluster.id), f"serve {cluster.id}")

    def close(self, cluster_id: str) -> None:
        server = self.servers.pop(cluster_id, None)
        self.monitored.pop(cluster_id, None)
        if server is not None:
            self._run(server.stop(), f"stop {cluster_id}")

    def _run(self, errand: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(errand, name=name)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def live(self, cluster_id: str) -> ClusterState | None:
        server = self.servers.get(cluster_id)
        return server.state if server else None

    def running(self, cluster_id: str) -> ClusterState:
        """Of a cluster of the plan, while the fleet serves."""
        return self.servers[cluster_id].state

    async def obey(self, order: Mapping[str, object]) -> Json:
        return await carry_out(self.servers, order)

    def kubeconfig(self, cluster: ClusterPlan, private: bool, minutes: int) -> tuple[str, datetime]:
        server = self.servers.get(cluster.id)
        if server is None:
            raise cluster_not_ready(cluster.id, "initial")
        return server.kubeconfig(private=private, minutes=minutes)


@asynccontextmanager
async def serve_region(
    plan: RegionPlan, clock: Clock, *, host: str, port: int, metrics: str = "subset"
) -> AsyncIterator[Region]:
    """The whole region: cloud and clusters. `metrics` is what answers queries: auto, prometheus or subset."""
    fleet = Fleet(plan, clock)
    logs = SlsFront(LogStores(plan, clock, fleet.running), clock)
    prometheus = PrometheusFront(lambda: fleet.monitored, backend(metrics))
    async with serve(
        plan,
        clock,
        host=host,
        port=port,
        issue_kubeconfig=fleet.kubeconfig,
        live=fleet.live,
        neighbours=[fleet.serving()],
        orders={"kubernetes": fleet.obey, "sls": logs.progress.obey, "prometheus": prometheus.orders.obey},
        fronts=[logs, prometheus],
    ) as region:
        region.neighbours["metrics"] = prometheus.backend.name
        region.cloud.store.cluster_made = fleet.open
        region.cloud.store.cluster_gone = fleet.close
        try:
            yield region
        finally:
            logs.close()
            await prometheus.backend.close()
