"""What a cluster has been through before the region opens: its creation, upgrades, scale-outs and failures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ack_sandbox.cloud.addons import Addon
from ack_sandbox.cloud.task_types import stages_of
from ack_sandbox.cloud.tasks import Failure, Task
from ack_sandbox.draws import Draws
from ack_sandbox.plan import ClusterPlan, PoolPlan

ADDON_UPGRADE_EVERY = timedelta(days=45)
CLUSTER_UPGRADE_AGO = timedelta(days=40)
RUNNING_SINCE = timedelta(seconds=90)  # the one task that is under way when the region opens

NO_STOCK = Failure(
    stage="CreateInstances",
    code="OperationDenied.NoStock",
    message="The resource is out of stock in the specified zone. Please try other types, or choose other zones.",
)
ADDON_TIMEOUT = Failure(
    stage="UpgradeAddon",
    code="AddonUpgradeTimeout",
    message="timed out waiting for the condition: deployment nginx-ingress-controller is not available",
)


def plan_history(plan: ClusterPlan, addons: Sequence[Addon], draws: Draws, opened: datetime) -> list[Task]:
    """The tasks of a cluster, oldest first."""
    created = opened - timedelta(days=plan.age_days)
    events = [
        *_creation(plan, created),
        *_addon_upgrades(plan, addons, draws, created, opened),
        *_version_upgrades(plan, created, opened),
    ]
    if plan.role == "production":
        events += _recent_trouble(plan, opened)
    events.sort(key=lambda task: task.started)
    # The place in the history makes the id: it does not depend on what time it is when the region opens.
    return [replace(task, id="T-" + draws.at("task", index).hex(24)) for index, task in enumerate(events)]


def _creation(plan: ClusterPlan, created: datetime) -> Iterator[Task]:
    first, *others = plan.pools
    yield replace(_on_cluster(plan, "cluster_create", created), resources=_instances(first))
    for number, pool in enumerate(others, start=1):
        day = created + timedelta(days=number)
        yield _on_pool(pool, plan, "nodepool_create", day)
        scaleout = _on_pool(pool, plan, "nodepool_scaleout", day + timedelta(minutes=5))
        yield replace(scaleout, resources=_instances(pool), parameters={"count": len(pool.nodes)})


def _addon_upgrades(
    plan: ClusterPlan, addons: Sequence[Addon], draws: Draws, created: datetime, opened: datetime
) -> Iterator[Task]:
    for number in range(1, (opened - created) // ADDON_UPGRADE_EVERY + 1):
        at = created + number * ADDON_UPGRADE_EVERY + timedelta(minutes=draws.at("upgrade", number).integer(0, 600))
        addon = draws.at("upgraded", number).choice([addon.name for addon in addons])
        if at + timedelta(hours=1) < opened:
            yield replace(_on_cluster(plan, "cluster_addon_upgrade", at), parameters={"components": [addon]})


def _version_upgrades(plan: ClusterPlan, created: datetime, opened: datetime) -> Iterator[Task]:
    at = opened - CLUSTER_UPGRADE_AGO
    if at - created < timedelta(days=30):
        return
    parameters = {"next_version": plan.version}
    yield replace(_on_cluster(plan, "cluster_upgrade", at), parameters=parameters)
    for number, pool in enumerate(plan.pools):
        upgrade = _on_pool(pool, plan, "nodepool_upgrade", at + timedelta(hours=1 + number))
        yield replace(upgrade, resources=_instances(pool), parameters={"kubernetes_version": plan.version})


def _recent_trouble(plan: ClusterPlan, opened: datetime) -> Iterator[Task]:
    burst = plan.pools[-1]
    addon = _on_cluster(plan, "cluster_addon_upgrade", opened - timedelta(hours=26))
    yield replace(addon, parameters={"components": ["nginx-ingress-controller"]}, failure=ADDON_TIMEOUT)
    scaleout = _on_pool(burst, plan, "nodepool_scaleout", opened - timedelta(hours=3))
    yield replace(scaleout, parameters={"count": 2}, failure=NO_STOCK)
    upgrade = _on_pool(burst, plan, "nodepool_upgrade", opened - RUNNING_SINCE)
    yield replace(upgrade, resources=_instances(burst), parameters={"use_replace": True})


def _on_cluster(plan: ClusterPlan, kind: str, started: datetime) -> Task:
    return Task(
        id="",
        cluster_id=plan.id,
        type=kind,
        target_type="cluster",
        target_id=plan.id,
        started=started,
        stages=stages_of(kind),
    )


def _on_pool(pool: PoolPlan, plan: ClusterPlan, kind: str, started: datetime) -> Task:
    return replace(_on_cluster(plan, kind, started), target_type="nodepool", target_id=pool.id)


def _instances(pool: PoolPlan) -> tuple[str, ...]:
    return tuple(node.instance_id for node in pool.nodes)
