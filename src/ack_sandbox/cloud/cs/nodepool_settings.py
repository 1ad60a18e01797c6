"""What a caller asks of a node pool: its machines, its limits, and the marks of its nodes."""

import re
from dataclasses import replace

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.sent import Sent
from ack_sandbox.kube.machines import Marks
from ack_sandbox.kube.objects import Object
from ack_sandbox.plan import InstanceType, PoolPlan

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
# GiB for each CPU, by the first letter of an instance family: compute, general purpose, memory.
MEMORY = {"c": 2, "g": 4, "r": 8}
SIZES = {"large": 2, "xlarge": 4}
LARGEST_POOL = 2000


def new_pool(record: ClusterRecord, asked: Sent) -> PoolPlan:
    name = asked.part("nodepool_info").required("name")
    if any(pool.name == name for pool in record.plan.pools):
        raise errors.invalid_parameter("nodepool_info.name", "a node pool of that name exists")
    group = asked.part("scaling_group")
    wanted = [instance_type(each) for each in group.texts("instance_types")]
    if not wanted:
        raise errors.invalid_parameter("scaling_group.instance_types", "it is required")
    draws = record.draws.at("pool", len(record.tasks), len(record.plan.pools))
    made = PoolPlan(
        id="np" + draws.hex(32),
        name=name,
        is_default=False,
        instance_type=wanted[0],
        autoscaling=None,
        nodes=(),
    )
    limits = auto_scaling(made, asked.part("auto_scaling"))
    return replace(made, autoscaling=limits)


def instance_type(name: str) -> InstanceType:
    """Its size as the name tells it: "ecs.g7.2xlarge" has 8 CPUs and 32 GiB."""
    parts = re.fullmatch(r"ecs\.([cgr])[0-9][a-z0-9-]*\.(?:(large|xlarge)|([1-9][0-9]?)xlarge)", name)
    if parts is None:
        raise errors.invalid_parameter("instance_types", f"{name[:80]} is not an instance type of this region")
    cpu = SIZES[parts[2]] if parts[2] else int(parts[3]) * SIZES["xlarge"]
    return InstanceType(name=name, cpu=cpu, memory_gib=cpu * MEMORY[parts[1]])


def auto_scaling(pool: PoolPlan, asked: Sent) -> tuple[int, int] | None:
    """(min, max) instances; None where the pool is not scaled automatically."""
    low, high = pool.autoscaling or (0, 0)
    if not asked.flag("enable", pool.autoscaling is not None):
        return None
    low = asked.integer("min_instances", low, 0, LARGEST_POOL)
    high = asked.integer("max_instances", high, 0, LARGEST_POOL)
    if low > high:
        raise errors.invalid_parameter("auto_scaling.max_instances", "it is not below min_instances")
    return low, high


def marks_of(known: Marks, asked: Sent) -> Marks:
    """The marks after what was asked: a list takes the place of the list that was there."""
    labels = {each.required("key"): each.text("value") for each in asked.items("labels")}
    return Marks(
        labels=labels if "labels" in asked else known.labels,
        taints=tuple(map(_taint, asked.items("taints"))) if "taints" in asked else known.taints,
        unschedulable=asked.flag("unschedulable", known.unschedulable),
    )


def _taint(asked: Sent) -> Object:
    effect = asked.required("effect")
    if effect not in EFFECTS:
        raise errors.invalid_parameter(f"{asked.name}.effect", f"it is one of {', '.join(EFFECTS)}")
    return {"key": asked.required("key"), "value": asked.text("value"), "effect": effect}
