"""The Kubernetes APIs of a region's clusters, one server each, beside the cloud that hands out their kubeconfigs."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from ack_sandbox.clock import Clock
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cluster_control import carry_out
from ack_sandbox.draws import Draws
from ack_sandbox.kube.server import ClusterServer, serve_cluster
from ack_sandbox.plan import ClusterPlan, RegionPlan
from ack_sandbox.region import Region, serve


class Fleet:
    """The running API servers by cluster id; usable as a neighbour of the cloud and as its kubeconfig issuer."""

    def __init__(self, plan: RegionPlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self.servers: dict[str, ClusterServer] = {}

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Mapping[str, Json]]:
        draws = Draws(self._plan.seed)
        async with AsyncExitStack() as stack:
            for cluster in self._plan.clusters:
                pods = self._plan.scale if cluster.role == "production" else None
                server = serve_cluster(cluster, self._clock, draws.at("kubernetes", cluster.role), pods=pods)
                self.servers[cluster.id] = await stack.enter_async_context(server)
            yield {"api_servers": {id: server.url for id, server in self.servers.items()}}

    async def obey(self, order: Mapping[str, object]) -> Json:
        return await carry_out(self.servers, order)

    def kubeconfig(self, cluster: ClusterPlan, private: bool, minutes: int) -> tuple[str, datetime]:
        return self.servers[cluster.id].kubeconfig(private=private, minutes=minutes)


@asynccontextmanager
async def serve_region(plan: RegionPlan, clock: Clock, *, host: str, port: int) -> AsyncIterator[Region]:
    """The whole region: cloud and clusters."""
    fleet = Fleet(plan, clock)
    async with serve(
        plan,
        clock,
        host=host,
        port=port,
        issue_kubeconfig=fleet.kubeconfig,
        neighbours=[fleet.serving()],
        orders={"kubernetes": fleet.obey},
    ) as region:
        yield region
