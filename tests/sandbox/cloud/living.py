"""A whole region, cloud and Kubernetes, in this event loop, with a clock that only the test moves."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ack_sandbox.clock import Clock
from ack_sandbox.cloud.listener import LOOPBACK
from ack_sandbox.fleet import serve_region
from ack_sandbox.kube.objects import Object, condition, dig, name_of
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import ClusterPlan, Role, plan_region
from ack_sandbox.region import Region
from tests.sandbox.cloud.sdk import Sdk, control, models
from tests.sandbox.conftest import NOON


@dataclass(frozen=True)
class Living:
    """One cluster of the region, through the SDK and in Kubernetes."""

    region: Region
    plan: ClusterPlan
    sdk: Sdk

    @property
    def id(self) -> str:
        return self.plan.id

    @property
    def pool(self) -> str:
        return self.plan.pools[0].id

    @property
    def state(self) -> ClusterState:
        state = self.region.cloud.store.live(self.id)
        state.now()
        return state

    async def call(self, method: str, *arguments: Any) -> Any:
        return await self.sdk.call(method, self.id, *arguments)

    async def refused(self, method: str, *arguments: Any) -> str:
        return str((await self.sdk.refusal(method, self.id, *arguments)).code)

    async def pass_time(self, seconds: float) -> None:
        await control(self.region, "POST", "clock", {"advance_s": seconds})

    async def task(self, task_id: str) -> Any:
        return await self.sdk.call("describe_task_info", task_id)

    async def finished(self, task_id: str) -> str:
        """The state in which the task ends."""
        for _ in range(200):
            state = str((await self.task(task_id)).state)
            if state in ("success", "fail", "canceled"):
                return state
            await self.pass_time(30)
        raise AssertionError(f"{task_id} does not end")

    async def pool_detail(self, pool: str = "") -> Any:
        return await self.call("describe_cluster_node_pool_detail", pool or self.pool)

    async def nodes(self) -> list[Any]:
        body = await self.call("describe_cluster_nodes", models.DescribeClusterNodesRequest(page_size=100))
        return list(body.nodes)

    def kubernetes_nodes(self) -> dict[str, Object]:
        return {name_of(node): node for node in self.state.store.objects("/nodes")}

    def ready(self) -> set[str]:
        nodes = self.kubernetes_nodes()
        return {name for name, node in nodes.items() if dig(condition(node, "Ready") or {}, "status") == "True"}

    def pods_on(self, node: str) -> Iterator[Object]:
        return (pod for pod in self.state.store.objects("/pods") if dig(pod, "spec", "nodeName") == node)


@asynccontextmanager
async def living(role: Role) -> AsyncIterator[Living]:
    source: Callable[[], Any] = lambda: NOON  # noqa: E731
    plan = plan_region(seed=1)
    async with serve_region(plan, Clock(source=source), host=LOOPBACK, port=0) as region:
        yield Living(region, plan.cluster(role), Sdk(region))
