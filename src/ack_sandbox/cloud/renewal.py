"""Nodes that stay: upgraded batch by batch after a drain, restarted when they no longer report, marked anew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.shrinking import drain_steps, uncordon
from ack_sandbox.cloud.starting import Change, begins
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Step
from ack_sandbox.kube.machines import Marks
from ack_sandbox.plan import NodePlan


def upgrade(
    record: ClusterRecord, pool_id: str, nodes: Sequence[NodePlan], version: str, at_once: int, sent: dict[str, Json]
) -> Change:
    batches = [nodes[first : first + at_once] for first in range(0, len(nodes), at_once)]
    return Change(
        kind="nodepool_upgrade",
        pool_id=pool_id,
        batches=max(len(batches), 1),
        parameters=sent,
        resources=tuple(node.instance_id for node in nodes),
        steps=lambda task: _upgrade_steps(record, pool_id, batches, version, task),
        undo=partial(uncordon, record, nodes) if nodes else None,
    )


def _upgrade_steps(
    record: ClusterRecord, pool_id: str, batches: list[Sequence[NodePlan]], version: str, task: Task
) -> Iterator[Step]:
    for number, batch in enumerate(batches):
        replacing = begins(task, "ReplaceSystemDisk", number)
        yield from drain_steps(record, batch, task, number, _stay_cordoned)
        yield Step(task.after(replacing), partial(_restart, record, batch))
        yield Step(task.after(replacing + 1), partial(_upgraded, record, batch, version))
    yield Step(task.after(begins(task, "PostCheck")), partial(_pool_upgraded, record, pool_id, version))


def _stay_cordoned(_at: datetime) -> None:
    """A node that could not be drained is left for a person to look at."""


def _restart(record: ClusterRecord, nodes: Sequence[NodePlan], at: datetime) -> None:
    for node in nodes:
        if record.machines is not None:
            record.machines.restart(node.name, at)


def _upgraded(record: ClusterRecord, nodes: Sequence[NodePlan], version: str, at: datetime) -> None:
    for node in nodes:
        if record.machines is not None:
            record.machines.upgrade(node.name, version, at)
    _come_back(record, nodes, at)
    uncordon(record, nodes, at)


def _come_back(record: ClusterRecord, nodes: Sequence[NodePlan], at: datetime) -> None:
    for node in nodes:
        record.change_node(replace(node, ready=True))
        if record.machines is not None:
            record.machines.become_ready(node.name, at)


def _pool_upgraded(record: ClusterRecord, pool_id: str, version: str, _at: datetime) -> None:
    record.pools[pool_id].version = version


def repair(record: ClusterRecord, pool_id: str, nodes: Sequence[NodePlan], sent: dict[str, Json]) -> Change:
    """Restart the nodes; those that reported all along are restarted too."""

    def steps(task: Task) -> Iterator[Step]:
        ready = task.after(begins(task, "NodeReady"))
        yield Step(task.after(begins(task, "RestartNodes")), partial(_restart, record, nodes))
        yield Step(ready + timedelta(seconds=10), partial(_come_back, record, nodes))

    ids = tuple(node.instance_id for node in nodes)
    return Change(kind="nodepool_node_repair", pool_id=pool_id, parameters=sent, resources=ids, steps=steps)


def marking(record: ClusterRecord, pool_id: str, before: Marks, after: Marks, sent: dict[str, Json]) -> Change:
    def steps(task: Task) -> Iterator[Step]:
        begin = task.after(begins(task, "UpdateNodes"))
        yield Step(begin + timedelta(seconds=10), partial(mark, record, pool_id, before, after))

    return Change(kind="nodepool_update", pool_id=pool_id, parameters=sent, steps=steps)


def mark(record: ClusterRecord, pool_id: str, before: Marks, after: Marks, at: datetime) -> None:
    """Give the nodes of the pool its new labels and taints."""
    if record.machines is not None and before != after:
        record.machines.mark([node.name for node in record.pool(pool_id).nodes], before, after, at)
