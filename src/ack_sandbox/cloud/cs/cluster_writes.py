"""Clusters that change: CreateCluster, ModifyCluster and DeleteCluster."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.addons import plan_addons
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cluster_logs import plan_logs
from ack_sandbox.cloud.cs.metadata import REGIONS
from ack_sandbox.cloud.cs.nodepool_settings import new_pool
from ack_sandbox.cloud.cs.nodepool_writes import add_pool
from ack_sandbox.cloud.growth import joining_steps
from ack_sandbox.cloud.network import plan_network
from ack_sandbox.cloud.records import ClusterRecord, PoolRecord
from ack_sandbox.cloud.sent import Sent, listed_in_query, sent
from ack_sandbox.cloud.starting import Change, begins, refuse_while_cluster_is_busy, start
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.cloud.versions import VERSIONS
from ack_sandbox.cloud.wire import Json
from ack_sandbox.cloud.work import Step
from ack_sandbox.draws import Draws
from ack_sandbox.plan import ClusterPlan

SPECS = ("ack.standard", "ack.pro.small", "ack.pro.xlarge")
DEFAULT_TYPE = "ecs.g7.xlarge"
MODIFIED = ("resource_group_id", "timezone", "maintenance_window")


def create_cluster(call: Call) -> Json:
    asked, account = sent(call), call.store.account(call.key.account)
    token = asked.text("client_token")
    if token and token in account.answered:
        return account.answered[token]
    account.solvent()
    account.within("cluster_quota", len(call.store.clusters(call.key.account)) + 1)
    record = _new_record(call, asked)
    for pool in asked.items("nodepools") or [_classic_pool(asked)]:
        _plan_pool(record, pool)
    record.change(replace(record.plan, pools=(replace(record.plan.pools[0], is_default=True), *record.plan.pools[1:])))
    account.within("node_quota", sum(pool.desired for pool in record.pools.values()))
    call.store.add(record)
    task = start(record, Change(kind="cluster_create", steps=lambda task: _creation(call, record, task)), call.now)
    answer: Json = {"cluster_id": record.plan.id, "request_id": call.request_id, "task_id": task.id}
    if token:
        account.answered[token] = answer
    return answer


def _new_record(call: Call, asked: Sent) -> ClusterRecord:
    draws = Draws(call.store.plan.seed).at("created", call.request_id)
    plan = _plan(call, asked, "c" + draws.at("id").text(32))
    return ClusterRecord(
        plan=plan,
        draws=draws,
        created=call.now,
        network=plan_network(plan, draws.at("network")),
        addons=plan_addons(plan),
        tasks=[],
        logs=plan_logs(plan),
        deletion_protection=asked.flag("deletion_protection"),
    )


def _plan(call: Call, asked: Sent, cluster_id: str) -> ClusterPlan:
    region = asked.required("region_id")
    if region not in REGIONS:
        raise errors.invalid_parameter("region_id", "it is not a region of this service")
    if asked.required("cluster_type") != "ManagedKubernetes":
        raise errors.invalid_parameter("cluster_type", "only ManagedKubernetes is offered here")
    version = asked.text("kubernetes_version") or VERSIONS[0].version
    if version not in [each.version for each in VERSIONS if each.creatable]:
        raise errors.invalid_parameter("kubernetes_version", "it is not a version that clusters are created with")
    spec = asked.text("cluster_spec") or SPECS[0]
    if spec not in SPECS:
        raise errors.invalid_parameter("cluster_spec", f"it is one of {', '.join(SPECS)}")
    if not asked.texts("vswitch_ids"):
        raise errors.invalid_parameter("vswitch_ids", "it is required")
    return ClusterPlan(
        id=cluster_id,
        name=_free_name(call, asked),
        role="created",
        account=call.key.account,
        region=region,
        zones=tuple(f"{region}-{letter}" for letter in "hij"),
        version=version,
        spec=spec,
        public_endpoint=asked.flag("endpoint_public_access"),
        has_vswitches=True,
        age_days=0,
        pools=(),
    )


def _free_name(call: Call, asked: Sent) -> str:
    name = asked.required("name")
    if len(name) > 63 or any(record.plan.name == name for record in call.store.clusters(call.key.account)):
        raise errors.invalid_parameter("name", "it has at most 63 characters and no other cluster has it")
    return name


def _classic_pool(asked: Sent) -> Sent:
    """What older clients say of the one pool that a cluster begins with."""
    types = asked.texts("worker_instance_types") or [DEFAULT_TYPE]
    group = {"instance_types": types, "desired_size": asked.integer("num_of_nodes", 0)}
    return Sent({"nodepool_info": {"name": "default-nodepool"}, "scaling_group": group})


def _plan_pool(record: ClusterRecord, asked: Sent) -> None:
    count = asked.part("scaling_group").integer("desired_size", asked.integer("count", 0))
    made = PoolRecord(desired=count, version=record.plan.version, created=record.created)
    add_pool(record, new_pool(record, asked), made, asked)


def _creation(call: Call, record: ClusterRecord, task: Task) -> Iterator[Step]:
    for pool_id, pool in record.pools.items():
        yield from joining_steps(record, pool_id, pool.desired, task, begins(task, "CreateNodes"))
    yield Step(task.after(len(task.stages)), lambda _: call.store.cluster_made(record.plan))


def modify_cluster(call: Call) -> Json:
    record, asked = call.cluster(), sent(call)
    token = asked.text("client_token")
    if token and token in record.answered:
        return record.answered[token]
    refuse_while_cluster_is_busy(record, call.now)
    name = asked.text("cluster_name") or record.plan.name
    record.deletion_protection = asked.flag("deletion_protection", record.deletion_protection)
    record.settings |= {field: asked.fields[field] for field in MODIFIED if field in asked}
    record.change(replace(record.plan, name=name))
    fields = {field: value for field, value in asked.fields.items() if field != "client_token"}
    task = start(record, Change(kind="cluster_modify", parameters=fields), call.now)
    answer: Json = {"cluster_id": record.plan.id, "request_id": call.request_id, "task_id": task.id}
    if token:
        record.answered[token] = answer
    return answer


def delete_cluster(call: Call) -> Json:
    record = call.cluster()
    if record.deletion_protection:
        raise errors.deletion_protected(record.plan.id)
    refuse_while_cluster_is_busy(record, call.now)
    parameters: dict[str, Json] = {
        "keep_slb": call.flag("keep_slb"),
        "retain_all_resources": call.flag("retain_all_resources"),
        "retain_resources": listed_in_query(call, "retain_resources"),
    }

    def gone(_at: datetime) -> None:
        call.store.drop(record.plan.id)

    def steps(task: Task) -> Iterator[Step]:
        yield Step(task.after(len(task.stages)), gone)

    task = start(record, Change(kind="cluster_delete", parameters=parameters, steps=steps), call.now)
    return {"cluster_id": record.plan.id, "request_id": call.request_id, "task_id": task.id}
