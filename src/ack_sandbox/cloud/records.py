"""A cluster as the cloud keeps it: its plan, and all that changes about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.addons import Addon, plan_addons
from ack_sandbox.cloud.history import plan_history
from ack_sandbox.cloud.network import ClusterNetwork, plan_network
from ack_sandbox.cloud.task_types import CLUSTER_STATES, POOL_STATES
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.draws import Draws
from ack_sandbox.plan import ClusterPlan, NodePlan, PoolPlan

_NODE_MAKERS = frozenset({"cluster_create", "nodepool_scaleout"})


@dataclass(kw_only=True)
class ClusterRecord:
    plan: ClusterPlan
    created: datetime
    network: ClusterNetwork
    addons: list[Addon]
    tasks: list[Task]  # oldest first

    def pool(self, nodepool_id: str) -> PoolPlan:
        found = next((pool for pool in self.plan.pools if pool.id == nodepool_id), None)
        if found is None:
            raise errors.nodepool_not_found(nodepool_id)
        return found

    def addon(self, name: str) -> Addon:
        found = next((addon for addon in self.addons if addon.name == name), None)
        if found is None:
            raise errors.addon_not_found(name)
        return found

    def newest_tasks_first(self) -> list[Task]:
        return self.tasks[::-1]

    def state(self, now: datetime) -> str:
        running = {task.type for task in self.tasks if task.state(now) == "running"}
        return next((state for kind, state in CLUSTER_STATES.items() if kind in running), "running")

    def updated(self, now: datetime) -> datetime:
        return max((task.updated(now) for task in self.tasks), default=self.created)

    def pool_tasks(self, pool: PoolPlan) -> list[Task]:
        return [task for task in self.tasks if task.target_id == pool.id]

    def pool_state(self, pool: PoolPlan, now: datetime) -> str:
        running = {task.type for task in self.pool_tasks(pool) if task.state(now) == "running"}
        return next((state for kind, state in POOL_STATES.items() if kind in running), "active")

    def pool_created(self, pool: PoolPlan) -> datetime:
        made = (task.started for task in self.pool_tasks(pool) if task.type == "nodepool_create")
        return next(made, self.created)

    def pool_updated(self, pool: PoolPlan, now: datetime) -> datetime:
        return max((task.updated(now) for task in self.pool_tasks(pool)), default=self.created)

    def node_created(self, node: NodePlan) -> datetime:
        makers = (t for t in self.tasks if t.type in _NODE_MAKERS and node.instance_id in t.resources)
        return next((task.ends for task in makers), self.created)


def open_cluster(plan: ClusterPlan, draws: Draws, opened: datetime) -> ClusterRecord:
    addons = plan_addons(plan)
    return ClusterRecord(
        plan=plan,
        created=opened - timedelta(days=plan.age_days),
        network=plan_network(plan, draws.at("network")),
        addons=addons,
        tasks=plan_history(plan, addons, draws.at("history"), opened),
    )
