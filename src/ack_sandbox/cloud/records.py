"""A cluster as the cloud keeps it: its plan, and all that changes about it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.addons import Addon, plan_addons
from ack_sandbox.cloud.cluster_logs import ClusterLogs, plan_logs
from ack_sandbox.cloud.cs.examinations import Examinations
from ack_sandbox.cloud.history import plan_history
from ack_sandbox.cloud.network import ClusterNetwork, plan_network
from ack_sandbox.cloud.task_types import CLUSTER_STATES, POOL_STATES
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.vulnerabilities import Fix
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Work
from ack_sandbox.draws import Draws
from ack_sandbox.kube.machines import Machines, Marks, machines
from ack_sandbox.kube.schedule import Schedule
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import ClusterPlan, NodePlan, PoolPlan

_NODE_MAKERS = frozenset({"cluster_create", "nodepool_scaleout"})

NodeState = Literal["running", "initial", "removing", "failed"]


@dataclass(kw_only=True)
class PoolRecord:
    """What is asked of a node pool; the nodes that it has are in the plan."""

    desired: int
    version: str  # of the kubelets
    marks: Marks = field(default_factory=Marks)
    created: datetime | None = None  # None is told by its tasks


@dataclass(kw_only=True)
class NodeRecord:
    created: datetime
    state: NodeState = "running"


@dataclass(kw_only=True)
class ClusterRecord:
    plan: ClusterPlan  # as it is now: a change puts another in its place
    draws: Draws
    created: datetime
    network: ClusterNetwork
    addons: list[Addon]
    tasks: list[Task]  # oldest first
    logs: ClusterLogs
    examined: Examinations = field(default_factory=Examinations)
    fixes: list[Fix] = field(default_factory=list)
    pools: dict[str, PoolRecord] = field(default_factory=dict)
    nodes: dict[str, NodeRecord] = field(default_factory=dict)  # by instance id
    works: dict[str, Work] = field(default_factory=dict)  # by task id
    answered: dict[str, Json] = field(default_factory=dict)  # by client token
    settings: dict[str, Json] = field(default_factory=dict)  # of the cluster, where they were modified
    deletion_protection: bool = False
    made: int = 0  # machines so far; their addresses are not used again
    own_schedule: Schedule = field(default_factory=Schedule)
    live: Callable[[], ClusterState | None] = lambda: None
    _machines: Machines | None = None

    @property
    def machines(self) -> Machines | None:
        """What the cluster's Kubernetes knows of its nodes; None where it is not served."""
        state = self.live()
        if state is not None and (self._machines is None or self._machines.state is not state):
            self._machines = machines(state)
        return self._machines if state is not None else None

    @property
    def schedule(self) -> Schedule:
        state = self.live()
        return state.schedule if state is not None else self.own_schedule

    def change(self, plan: ClusterPlan) -> None:
        self.plan = plan
        state = self.live()
        if state is not None:
            state.plan = plan

    def change_pool(self, pool: PoolPlan) -> None:
        pools = tuple(pool if each.id == pool.id else each for each in self.plan.pools)
        self.change(replace(self.plan, pools=pools))

    def change_node(self, node: NodePlan) -> None:
        pool = self.pool(node.pool_id)
        nodes = tuple(node if each.instance_id == node.instance_id else each for each in pool.nodes)
        self.change_pool(replace(pool, nodes=nodes))

    def task(self, task_id: str) -> Task:
        return next(task for task in self.tasks if task.id == task_id)

    def change_task(self, task: Task) -> None:
        self.tasks = [task if each.id == task.id else each for each in self.tasks]

    def under_way(self, now: datetime) -> list[Task]:
        return [task for task in self.tasks if not task.is_over(now)]

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
        running = {task.type for task in self.under_way(now)}
        return next((state for kind, state in CLUSTER_STATES.items() if kind in running), "running")

    def updated(self, now: datetime) -> datetime:
        return max((task.updated(now) for task in self.tasks), default=self.created)

    def pool_tasks(self, pool: PoolPlan) -> list[Task]:
        return [task for task in self.tasks if task.target_id == pool.id]

    def pool_state(self, pool: PoolPlan, now: datetime) -> str:
        running = {task.type for task in self.pool_tasks(pool) if not task.is_over(now)}
        return next((state for kind, state in POOL_STATES.items() if kind in running), "active")

    def pool_created(self, pool: PoolPlan) -> datetime:
        known = self.pools[pool.id].created
        if known is not None:
            return known
        made = (task.started for task in self.pool_tasks(pool) if task.type == "nodepool_create")
        return next(made, self.created)

    def pool_updated(self, pool: PoolPlan, now: datetime) -> datetime:
        return max((task.updated(now) for task in self.pool_tasks(pool)), default=self.created)

    def node_state(self, node: NodePlan) -> NodeState:
        known = self.nodes.get(node.instance_id)
        return known.state if known is not None else "running"

    def node_ready(self, node: NodePlan) -> bool:
        """As Kubernetes says it, where it is there to say it."""
        return self.machines.is_ready(node.name) if self.machines is not None else node.ready

    def node_created(self, node: NodePlan) -> datetime:
        known = self.nodes.get(node.instance_id)
        if known is not None:
            return known.created
        makers = (t for t in self.tasks if t.type in _NODE_MAKERS and node.instance_id in t.resources)
        return next((task.ends for task in makers), self.created)


def open_cluster(
    plan: ClusterPlan, draws: Draws, opened: datetime, live: Callable[[], ClusterState | None] = lambda: None
) -> ClusterRecord:
    addons = plan_addons(plan)
    return ClusterRecord(
        plan=plan,
        draws=draws,
        created=opened - timedelta(days=plan.age_days),
        network=plan_network(plan, draws.at("network")),
        addons=addons,
        tasks=plan_history(plan, addons, draws.at("history"), opened),
        logs=plan_logs(plan),
        pools={pool.id: PoolRecord(desired=len(pool.nodes), version=plan.version) for pool in plan.pools},
        deletion_protection=plan.role == "production",
        made=len(plan.nodes),
        live=live,
    )
