"""Nodes of a pool that change: RemoveNodePoolNodes, UpgradeClusterNodepool and RepairClusterNodePool."""

from collections.abc import Sequence

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.nodepool_bodies import RUNTIME_VERSION
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.renewal import repair, upgrade
from ack_sandbox.cloud.sent import Sent, listed_in_query, sent
from ack_sandbox.cloud.shrinking import removal
from ack_sandbox.cloud.starting import refuse_while_pool_is_busy, start
from ack_sandbox.cloud.versions import VERSIONS
from ack_sandbox.cloud.wire import Json
from ack_sandbox.kube.controllers.plane import NODES
from ack_sandbox.kube.objects import dig
from ack_sandbox.plan import NodePlan, PoolPlan

MOST_AT_ONCE = 10
OF_ALL = ("image_id", "runtime_type", "runtime_version")  # of nodes that have the version too, which are skipped else


def remove_node_pool_nodes(call: Call) -> Json:
    """`instance_ids` and `nodes` (names, the older of the two) are arrays as JSON text in the query."""
    record, pool = _pool(call)
    ids, names = listed_in_query(call, "instance_ids"), listed_in_query(call, "nodes")
    if not ids and not names:
        raise errors.invalid_parameter("instance_ids", "it is required")
    nodes = _chosen(pool, ids, names)
    parameters: dict[str, Json] = {
        "instance_ids": [node.instance_id for node in nodes],
        "drain_node": call.flag("drain_node"),
        "release_node": call.flag("release_node"),
        "concurrency": call.flag("concurrency"),
    }
    change = removal(record, "nodepool_node_remove", pool.id, nodes, parameters, call.flag("drain_node"))
    return {"request_id": call.request_id, "task_id": start(record, change, call.now).id}


def upgrade_cluster_nodepool(call: Call) -> Json:
    record, pool = _pool(call)
    asked = sent(call)
    version = asked.text("kubernetes_version") or record.plan.version
    _check_version(record, version)
    if asked.text("runtime_version", RUNTIME_VERSION) != RUNTIME_VERSION:
        raise errors.invalid_parameter("runtime_version", f"it is {RUNTIME_VERSION}")
    names = asked.texts("node_names")
    nodes = _chosen(pool, (), names) if names else pool.nodes
    if not any(asked.text(name) for name in OF_ALL):
        nodes = [node for node in nodes if _version(record, node) != version]
    at_once = asked.part("rolling_policy").integer("max_parallelism", 1, 1, MOST_AT_ONCE)
    change = upgrade(record, pool.id, nodes, version, at_once, dict(asked.fields))
    return {"RequestId": call.request_id, "task_id": start(record, change, call.now).id}


def _version(record: ClusterRecord, node: NodePlan) -> str:
    """Of its kubelet; empty where the cluster's Kubernetes is not served."""
    state = record.live()
    known = state.store.get(NODES, "", node.name) if state is not None else None
    return str(dig(known, "status", "nodeInfo", "kubeletVersion", default="")).removeprefix("v")


def _check_version(record: ClusterRecord, version: str) -> None:
    """A kubelet is never newer than its control plane."""
    known = [each.version for each in VERSIONS]  # newest first
    if version not in known or known.index(version) < known.index(record.plan.version):
        raise errors.not_upgradable(record.plan.version, version)


def repair_cluster_node_pool(call: Call) -> Json:
    record, pool = _pool(call)
    asked = sent(call)
    wanted = asked.texts("nodes")
    nodes = _named(pool, wanted) if wanted else [node for node in pool.nodes if not record.node_ready(node)]
    if not nodes:
        raise errors.invalid_parameter("nodes", "every node of the pool is ready; name those to repair all the same")
    operations = [_operation(each) for each in asked.items("operations")]
    parameters: dict[str, Json] = {"nodes": [node.name for node in nodes], "operations": operations}
    task = start(record, repair(record, pool.id, nodes, parameters), call.now)
    return {"request_id": call.request_id, "task_id": task.id}


def _operation(asked: Sent) -> Json:
    return {"operation_id": asked.required("operation_id"), "args": asked.texts("args")}


def _pool(call: Call) -> tuple[ClusterRecord, PoolPlan]:
    record = call.cluster()
    pool = record.pool(call.path["nodepool_id"])
    refuse_while_pool_is_busy(record, pool.id, call.now)
    return record, pool


def _named(pool: PoolPlan, wanted: Sequence[str]) -> list[NodePlan]:
    """By name or by instance id."""
    names = [name for name in wanted if not name.startswith("i-")]
    return _chosen(pool, [name for name in wanted if name.startswith("i-")], names)


def _chosen(pool: PoolPlan, ids: Sequence[str], names: Sequence[str]) -> list[NodePlan]:
    """Raises InvalidParameter for a node that the pool does not have."""
    known = {node.instance_id: node for node in pool.nodes} | {node.name: node for node in pool.nodes}
    for wanted in (*ids, *names):
        if wanted not in known:
            raise errors.invalid_parameter("nodes", f"{wanted[:80]} is not a node of the pool {pool.id}")
    return list({known[wanted].instance_id: known[wanted] for wanted in (*ids, *names)}.values())
