"""Scale-out: instances are created batch by batch, join the cluster, and are ready a little later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ack_sandbox.cloud.records import ClusterRecord, NodeRecord
from ack_sandbox.cloud.starting import Change, begins
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.work import Step
from ack_sandbox.plan import NodePlan

BATCH = 50
LARGEST_SCALE_OUT = 500
# The network of a node comes up this long before the end of the stage in which it is waited for.
READY_BEFORE_END = timedelta(seconds=5)
HOSTS = 240  # of each 10.0.x.0/24 that nodes take addresses from


def scale_out(record: ClusterRecord, pool_id: str, count: int) -> Change:
    batches = [min(BATCH, count - done) for done in range(0, count, BATCH)]
    return Change(
        kind="nodepool_scaleout",
        pool_id=pool_id,
        batches=len(batches),
        parameters={"count": count},
        steps=lambda task: _steps(record, pool_id, batches, task),
        undo=partial(_settle, record, pool_id),
    )


def _steps(record: ClusterRecord, pool_id: str, batches: list[int], task: Task) -> Iterator[Step]:
    for number, count in enumerate(batches):
        batch: list[NodePlan] = []
        joining = begins(task, "JoinCluster", number)
        ready = task.after(joining + 2) - READY_BEFORE_END
        yield Step(task.after(joining), partial(_create, record, task.id, pool_id, count, batch))
        yield Step(task.after(joining + 1), partial(_join, record, batch))
        yield Step(ready, partial(_become_ready, record, batch))


def joining_steps(record: ClusterRecord, pool_id: str, count: int, task: Task, index: int) -> Iterator[Step]:
    """The same within one stage of another task: the first nodes of a cluster."""
    batch: list[NodePlan] = []
    begin, end = task.after(index), task.after(index + 1)
    if count:
        yield Step(begin + (end - begin) / 3, partial(_create, record, task.id, pool_id, count, batch))
        yield Step(begin + (end - begin) / 2, partial(_join, record, batch))
        yield Step(end - READY_BEFORE_END, partial(_become_ready, record, batch))


def _create(record: ClusterRecord, task_id: str, pool_id: str, count: int, batch: list[NodePlan], at: datetime) -> None:
    batch.extend(_machine(record, pool_id) for _ in range(count))
    pool = record.pool(pool_id)
    record.change_pool(replace(pool, nodes=(*pool.nodes, *batch)))
    for node in batch:
        record.nodes[node.instance_id] = NodeRecord(created=at, state="initial")
    task = record.task(task_id)
    record.change_task(replace(task, resources=(*task.resources, *(node.instance_id for node in batch))))


def _machine(record: ClusterRecord, pool_id: str) -> NodePlan:
    block, host = divmod(record.made, HOSTS)
    ip = f"10.0.{1 + block}.{10 + host}"
    made = NodePlan(
        name=f"{record.plan.region}.{ip}",
        ip=ip,
        instance_id="i-" + record.draws.at("machine", record.made).text(20),
        instance_type=record.pool(pool_id).instance_type,
        zone=record.plan.zones[record.made % len(record.plan.zones)],
        pool_id=pool_id,
        ready=False,
    )
    record.made += 1
    return made


def _join(record: ClusterRecord, batch: list[NodePlan], at: datetime) -> None:
    for node in batch:
        record.nodes[node.instance_id].state = "running"
        if record.machines is not None:
            pool = record.pools[node.pool_id]
            record.machines.join(node, pool.version, pool.marks, at)


def _become_ready(record: ClusterRecord, batch: list[NodePlan], at: datetime) -> None:
    for node in batch:
        record.change_node(replace(node, ready=True))
        if record.machines is not None:
            record.machines.become_ready(node.name, at)


def _settle(record: ClusterRecord, pool_id: str, at: datetime) -> None:
    """Cancelled: what has joined becomes ready, the instances that have not are given back."""
    pool = record.pool(pool_id)
    joined = [node for node in pool.nodes if record.node_state(node) != "initial"]
    record.change_pool(replace(pool, nodes=tuple(joined)))
    record.pools[pool_id].desired = len(joined)
    _become_ready(record, [node for node in joined if node.instance_id in record.nodes and not node.ready], at)
