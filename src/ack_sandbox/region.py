"""The region as one thing: its cloud, and beside it whatever else serves the same plan and clock."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from ack_sandbox.clock import Clock
from ack_sandbox.cloud.account_control import carry_out
from ack_sandbox.cloud.accounts import KEYS, Key, KeyRole
from ack_sandbox.cloud.app import CloudApp
from ack_sandbox.cloud.arms.operations import ARMS
from ack_sandbox.cloud.control import Control, Order
from ack_sandbox.cloud.cs.examination_orders import order_examination
from ack_sandbox.cloud.cs.operations import CONTAINER_SERVICE
from ack_sandbox.cloud.fronts import Front
from ack_sandbox.cloud.listener import LOOPBACK, listen, serving
from ack_sandbox.cloud.operations import ServiceTable
from ack_sandbox.cloud.store import CloudStore, KubeconfigIssuer, LiveStates
from ack_sandbox.cloud.wire import Json
from ack_sandbox.plan import RegionPlan, plan_region

# Something that serves beside the cloud while the region is open; what it yields is told among the region's facts.
Neighbour = AbstractAsyncContextManager[Mapping[str, Json]]


@dataclass(frozen=True)
class Region:
    plan: RegionPlan
    clock: Clock
    cloud: CloudApp
    endpoint: str  # "http://127.0.0.1:40123": all cloud services answer here
    neighbours: dict[str, Json] = field(default_factory=dict)

    @property
    def cs_endpoint(self) -> str:
        return self.endpoint

    @property
    def control(self) -> str:
        return f"{self.endpoint}/_sandbox"

    def key(self, role: KeyRole) -> Key:
        return next(key for key in KEYS if key.role == role)

    def issue_kubeconfigs_with(self, issuer: KubeconfigIssuer) -> None:
        self.cloud.store.issue_kubeconfig = issuer

    def facts(self) -> dict[str, Json]:
        return {
            "cs_endpoint": self.cs_endpoint,
            "control": self.control,
            "seed": self.plan.seed,
            "scale": self.plan.scale,
            "keys": {key.role: key.facts() for key in KEYS},
            "clusters": [
                {
                    "id": cluster.id,
                    "name": cluster.name,
                    "region": cluster.region,
                    "role": cluster.role,
                    "account": cluster.account,
                }
                for cluster in self.plan.clusters
            ],
            **self.neighbours,
        }


@asynccontextmanager
async def serve(
    plan: RegionPlan | None = None,
    clock: Clock | None = None,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    issue_kubeconfig: KubeconfigIssuer | None = None,
    live: LiveStates | None = None,
    neighbours: Sequence[Neighbour] = (),
    orders: Mapping[str, Order] | None = None,
    fronts: Sequence[Front] = (),
) -> AsyncIterator[Region]:
    """An open region in this event loop; it is closed, whatever is still under way, when the context ends."""
    plan, clock = plan or plan_region(), clock or Clock()
    store = CloudStore(plan, clock, issue_kubeconfig)
    store.live_states = live or store.live_states
    cloud = CloudApp(store, ServiceTable((CONTAINER_SERVICE, ARMS)), fronts)
    async with AsyncExitStack() as open_servers:
        listening = open_servers.enter_context(listen(host, port))
        region = Region(plan, clock, cloud, f"http://{LOOPBACK}:{listening.getsockname()[1]}")
        store.endpoint = region.endpoint
        own = {"account": partial(carry_out, store), "examinations": partial(order_examination, store)}
        cloud.control = Control(cloud, region.facts, {**own, **(orders or {})})
        for neighbour in neighbours:
            region.neighbours.update(await open_servers.enter_async_context(neighbour))
        await open_servers.enter_async_context(serving(cloud, listening, cloud.connections))
        yield region
