"""A task that a call begins."""

from datetime import timedelta

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.tasks import Stage, Task
from ack_sandbox.cloud.wire import Json
from ack_sandbox.draws import Draws


def begin(
    call: Call,
    record: ClusterRecord,
    kind: str,
    stages: tuple[tuple[str, timedelta], ...],
    *,
    nodepool_id: str = "",
    parameters: dict[str, Json] | None = None,
    resources: tuple[str, ...] = (),
) -> Task:
    """Begin a task of the cluster, or of one of its node pools; each stage has a name and takes a time."""
    draws = Draws(call.store.plan.seed).at("begun", record.plan.id, kind, len(record.tasks))
    task = Task(
        id="T-" + draws.hex(24),
        cluster_id=record.plan.id,
        type=kind,
        target_type="nodepool" if nodepool_id else "cluster",
        target_id=nodepool_id or record.plan.id,
        started=call.now,
        stages=tuple(Stage(name=name, duration=lasts) for name, lasts in stages),
        parameters=parameters or {},
        resources=resources,
    )
    record.tasks.append(task)
    return task
