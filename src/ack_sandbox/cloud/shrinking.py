"""Nodes that go, or go through a change empty: cordoned, drained as far as budgets allow, then whatever follows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ack_sandbox.cloud.records import ClusterRecord, NodeRecord, NodeState
from ack_sandbox.cloud.starting import Change, begins, fail
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Step
from ack_sandbox.plan import NodePlan

ASK_AGAIN = timedelta(seconds=5)  # between two attempts to evict what a budget kept
DRAIN_TIMEOUT = "DrainNodeTimeout"


def removal(
    record: ClusterRecord, kind: str, pool_id: str, nodes: Sequence[NodePlan], parameters: dict[str, Json], drain: bool
) -> Change:
    """Take the nodes out of the cluster; from when it begins they are shown as being removed."""
    return Change(
        kind=kind,
        pool_id=pool_id,
        without=() if drain else ("DrainNodes",),
        parameters=parameters,
        resources=tuple(node.instance_id for node in nodes),
        steps=lambda task: _removal_steps(record, pool_id, nodes, drain, task),
        undo=partial(_give_back, record, pool_id, nodes),
    )


def _removal_steps(
    record: ClusterRecord, pool_id: str, nodes: Sequence[NodePlan], drain: bool, task: Task
) -> Iterator[Step]:
    yield Step(timedelta(), partial(_show, record, nodes, "removing"))
    if drain:
        yield from drain_steps(record, nodes, task, 0, partial(_stay, record, pool_id, nodes))
    yield Step(task.after(begins(task, "RemoveNodes") + 1), partial(leave, record, pool_id, nodes))


def drain_steps(
    record: ClusterRecord, nodes: Sequence[NodePlan], task: Task, batch: int, give_up: Callable[[datetime], None]
) -> Iterator[Step]:
    """Evictions through the stage DrainNodes, and the failure of the task when that was not long enough."""
    index = begins(task, "DrainNodes", batch)
    first, last = task.after(index), task.after(index + 1)
    yield Step(first, partial(_cordon, record, nodes, True))
    while first < last:
        yield Step(first, partial(_evict, record, nodes))
        first += ASK_AGAIN
    yield Step(last, partial(_judge, record, nodes, task, index, give_up))


def _show(record: ClusterRecord, nodes: Sequence[NodePlan], state: NodeState, _at: datetime) -> None:
    for node in nodes:
        created = record.node_created(node)
        record.nodes[node.instance_id] = NodeRecord(created=created, state=state)


def _cordon(record: ClusterRecord, nodes: Sequence[NodePlan], on: bool, at: datetime) -> None:
    for node in nodes:
        if record.machines is not None:
            record.machines.cordon(node.name, at, on=on)


def uncordon(record: ClusterRecord, nodes: Sequence[NodePlan], at: datetime) -> None:
    if not record.pools[nodes[0].pool_id].marks.unschedulable:
        _cordon(record, nodes, False, at)


def _evict(record: ClusterRecord, nodes: Sequence[NodePlan], at: datetime) -> None:
    for node in nodes:
        if record.machines is not None:
            record.machines.evict(node.name, at)


def _judge(
    record: ClusterRecord,
    nodes: Sequence[NodePlan],
    task: Task,
    index: int,
    give_up: Callable[[datetime], None],
    at: datetime,
) -> None:
    if record.machines is None:
        return
    for node in nodes:
        left = record.machines.undrained(node.name)
        if left:
            first = left[0]["metadata"]
            text = f"{len(left)} pods could not be evicted from {node.name}, the first of them"
            why = f"{text} {first['namespace']}/{first['name']}: a PodDisruptionBudget allows no disruption"
            fail(record, task, index, DRAIN_TIMEOUT, why)
            give_up(at)
            return


def _stay(record: ClusterRecord, pool_id: str, nodes: Sequence[NodePlan], at: datetime) -> None:
    """The nodes are not removed after all; where the drain failed they stay cordoned."""
    _show(record, nodes, "running", at)
    record.pools[pool_id].desired = len(record.pool(pool_id).nodes)


def _give_back(record: ClusterRecord, pool_id: str, nodes: Sequence[NodePlan], at: datetime) -> None:
    _stay(record, pool_id, nodes, at)
    uncordon(record, nodes, at)


def leave(record: ClusterRecord, pool_id: str, nodes: Sequence[NodePlan], at: datetime) -> None:
    gone = {node.instance_id for node in nodes}
    pool = record.pool(pool_id)
    record.change_pool(replace(pool, nodes=tuple(node for node in pool.nodes if node.instance_id not in gone)))
    record.pools[pool_id].desired = len(record.pool(pool_id).nodes)
    for node in nodes:
        record.nodes.pop(node.instance_id, None)
        if record.machines is not None:
            record.machines.leave(node.name, at)
