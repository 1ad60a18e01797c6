"""Nodes: DescribeClusterNodes."""

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.nodepool_bodies import IMAGE_ID
from ack_sandbox.cloud.paging import asked_page
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json, rfc3339
from ack_sandbox.plan import NodePlan

STATES = ("all", "running", "removing", "initial", "failed")


def describe_cluster_nodes(call: Call) -> Json:
    record = call.cluster()
    page = asked_page(call, "pageNumber", "pageSize")
    state = call.wanted("state") or "all"
    if state not in STATES:
        raise errors.invalid_parameter("state", f"it is one of {', '.join(STATES)}")
    labels = _wanted_labels(call)
    nodes = [
        node
        for node in record.plan.nodes
        if state in ("all", record.node_state(node)) and _matches(node, call) and labels <= _labels(record, node)
    ]
    return {
        "nodes": [_body(record, node) for node in page.cut(nodes)],
        "page": page.info(len(nodes)),
    }


def _matches(node: NodePlan, call: Call) -> bool:
    listed = {"instanceIds": node.instance_id, "nodeNames": node.name, "nodeIps": node.ip}
    in_pool = call.wanted("nodepool_id") in (None, node.pool_id)
    return in_pool and all(value in _texts(call, name) for name, value in listed.items() if call.wanted(name))


def _texts(call: Call, parameter: str) -> list[str]:
    return [text.strip() for text in (call.wanted(parameter) or "").split(",") if text.strip()]


def _wanted_labels(call: Call) -> set[tuple[str, str]]:
    pairs = [text.partition("=") for text in _texts(call, "nodeLabels")]
    if not all(key and equals for key, equals, _ in pairs):
        raise errors.invalid_parameter("nodeLabels", "it is key=value pairs separated by commas")
    return {(key, value) for key, _, value in pairs}


def _labels(record: ClusterRecord, node: NodePlan) -> set[tuple[str, str]]:
    return {
        *record.pools[node.pool_id].marks.labels.items(),
        ("alibabacloud.com/nodepool-id", node.pool_id),
        ("kubernetes.io/hostname", node.name),
        ("node.kubernetes.io/instance-type", node.instance_type.name),
        ("topology.kubernetes.io/region", record.plan.region),
        ("topology.kubernetes.io/zone", node.zone),
    }


def _body(record: ClusterRecord, node: NodePlan) -> Json:
    pool, state = record.pool(node.pool_id), record.node_state(node)
    # A machine that has not joined yet is no node of the cluster.
    known = "Ready" if record.node_ready(node) else "NotReady" if state != "initial" else "Unknown"
    return {
        "creation_time": rfc3339(record.node_created(node)),
        "error_message": "",
        "expired_time": "2099-12-31T15:59:00+08:00",  # what pay-as-you-go instances show
        "host_name": f"iZ{node.instance_id.removeprefix('i-')}Z",
        "image_id": IMAGE_ID,
        "instance_charge_type": "PostPaid",
        "instance_id": node.instance_id,
        "instance_name": f"worker-k8s-for-cs-{record.plan.id}",
        "instance_role": "Worker",
        "instance_status": "Pending" if state == "initial" else "Running",
        "instance_type": node.instance_type.name,
        "instance_type_family": node.instance_type.name.rpartition(".")[0],
        "ip_address": [node.ip],
        "is_aliyun_node": True,
        "node_name": node.name,
        "node_status": known,
        "nodepool_id": node.pool_id,
        "source": "ess_attach",
        "spot_strategy": "NoSpot" if pool.autoscaling is None else "SpotAsPriceGo",
        "state": state,
    }
