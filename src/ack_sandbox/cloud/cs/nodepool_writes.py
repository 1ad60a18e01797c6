"""Node pools that change: CreateClusterNodePool, ScaleClusterNodePool, ModifyClusterNodePool, DeleteClusterNodepool."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.nodepool_settings import auto_scaling, marks_of, new_pool
from ack_sandbox.cloud.growth import LARGEST_SCALE_OUT, scale_out
from ack_sandbox.cloud.records import ClusterRecord, PoolRecord
from ack_sandbox.cloud.renewal import mark, marking
from ack_sandbox.cloud.sent import Sent, sent
from ack_sandbox.cloud.shrinking import leave, removal
from ack_sandbox.cloud.starting import (
    Change,
    begins,
    refuse_while_cluster_is_busy,
    refuse_while_pool_is_busy,
    start,
)
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Step
from ack_sandbox.plan import PoolPlan


def create_cluster_node_pool(call: Call) -> Json:
    record, asked = call.cluster(), sent(call)
    refuse_while_cluster_is_busy(record, call.now)
    account = call.store.account(record.plan.account)
    account.within("cluster_nodepool_quota", len(record.plan.pools) + 1)
    group = asked.part("scaling_group")
    count = group.integer("desired_size", asked.integer("count", 0))
    afford(call, record, count)
    pool = new_pool(record, asked)
    add_pool(record, pool, PoolRecord(desired=count, version=record.plan.version, created=call.now), asked)
    change = Change(
        kind="nodepool_create",
        pool_id=pool.id,
        parameters={"nodepool_info": {"name": pool.name}},
        steps=lambda task: _creation_steps(record, pool.id, count, task),
    )
    return _answer(call, start(record, change, call.now), pool.id)


def add_pool(record: ClusterRecord, pool: PoolPlan, made: PoolRecord, asked: Sent) -> None:
    made.marks = marks_of(made.marks, asked.part("kubernetes_config"))
    record.pools[pool.id] = made
    record.change(replace(record.plan, pools=(*record.plan.pools, pool)))


def _creation_steps(record: ClusterRecord, pool_id: str, count: int, task: Task) -> Iterator[Step]:
    def grow(at: datetime) -> None:
        start(record, scale_out(record, pool_id, count), at)

    if count:
        yield Step(task.after(len(task.stages)), grow)


def scale_cluster_node_pool(call: Call) -> Json:
    """`count` is what is added, so a request that is sent twice adds twice."""
    record, pool = _pool(call)
    count = sent(call).integer("count", 0, 1, LARGEST_SCALE_OUT)
    if not count:
        raise errors.invalid_parameter("count", "it is required")
    afford(call, record, count)
    record.pools[pool.id].desired += count
    return {"task_id": start(record, scale_out(record, pool.id, count), call.now).id}


def modify_cluster_node_pool(call: Call) -> Json:
    record, pool = _pool(call)
    asked, known = sent(call), record.pools[pool.id]
    group = asked.part("scaling_group")
    desired = group.integer("desired_size", known.desired)
    limits = auto_scaling(pool, asked.part("auto_scaling"))
    marks = marks_of(known.marks, asked.part("kubernetes_config"))
    afford(call, record, desired - known.desired)
    name = asked.part("nodepool_info").text("name", pool.name) or pool.name
    record.change_pool(replace(pool, name=name, autoscaling=limits))
    reached = marks if asked.flag("update_nodes", default=True) else known.marks
    before, known.marks = known.marks, marks
    if desired == known.desired:
        change = marking(record, pool.id, before, reached, dict(asked.fields))
        return _answer(call, start(record, change, call.now), pool.id)
    # Nodes that are added have the marks from the beginning; those that are there get them at once.
    mark(record, pool.id, before, reached, call.now)
    known.desired = desired
    return _answer(call, start(record, _resized(record, record.pool(pool.id), desired), call.now), pool.id)


def _resized(record: ClusterRecord, pool: PoolPlan, desired: int) -> Change:
    there = len(pool.nodes)
    if desired >= there:
        return scale_out(record, pool.id, desired - there)
    return removal(record, "nodepool_scalein", pool.id, pool.nodes[desired:], {"desired_size": desired}, drain=True)


def delete_cluster_nodepool(call: Call) -> Json:
    record, pool = _pool(call)
    if pool.is_default:
        raise errors.default_nodepool(pool.id)
    if pool.nodes and not call.flag("force"):
        raise errors.nodepool_not_empty(pool.id, len(pool.nodes))
    change = Change(
        kind="nodepool_delete",
        pool_id=pool.id,
        parameters={"force": call.flag("force")},
        resources=tuple(node.instance_id for node in pool.nodes),
        steps=lambda task: _deletion_steps(record, pool, task),
    )
    return {"request_id": call.request_id, "task_id": start(record, change, call.now).id}


def _deletion_steps(record: ClusterRecord, pool: PoolPlan, task: Task) -> Iterator[Step]:
    yield Step(task.after(begins(task, "DeleteScalingGroup")), partial(leave, record, pool.id, pool.nodes))
    yield Step(task.after(len(task.stages)), lambda _at: _drop(record, pool.id))


def _drop(record: ClusterRecord, pool_id: str) -> None:
    del record.pools[pool_id]
    record.change(replace(record.plan, pools=tuple(pool for pool in record.plan.pools if pool.id != pool_id)))


def afford(call: Call, record: ClusterRecord, more: int) -> None:
    """Whether the account may have, and pay for, so many more nodes in the cluster."""
    if more <= 0:
        return
    account = call.store.account(record.plan.account)
    account.solvent()
    account.within("node_quota", sum(pool.desired for pool in record.pools.values()) + more)


def _pool(call: Call) -> tuple[ClusterRecord, PoolPlan]:
    """The pool that the path names; refused while something else changes it."""
    record = call.cluster()
    pool = record.pool(call.path["nodepool_id"])
    refuse_while_pool_is_busy(record, pool.id, call.now)
    return record, pool


def _answer(call: Call, task: Task, pool_id: str) -> Json:
    return {"nodepool_id": pool_id, "request_id": call.request_id, "task_id": task.id}
