"""Vulnerabilities: DescribeClusterVuls, DescribeNodePoolVuls, ScanClusterVuls and FixNodePoolVuls."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.begun import begin
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.vulnerabilities import CATALOGUE, NECESSITIES, Fix, Vulnerability, vulnerabilities_of
from ack_sandbox.cloud.wire import Json
from ack_sandbox.plan import NodePlan, PoolPlan

SCAN = (("Scan", timedelta(seconds=30)),)
BATCH = timedelta(seconds=45)  # for the nodes that are repaired at the same time
TYPE = "cve"


def describe_cluster_vuls(call: Call) -> Json:
    record = call.cluster()
    return {"vul_records": [body for pool in record.plan.pools for body in _of_pool(call, record, pool)]}


def describe_node_pool_vuls(call: Call) -> Json:
    record = call.cluster()
    pool = record.pool(call.path["nodepool_id"])
    wanted = _wanted_necessities(call)
    nodes = ((node, [each for each in _found(call, record, node) if each.necessity in wanted]) for node in pool.nodes)
    return {
        "vul_records": [_of_node(node, found) for node, found in nodes if found],
        "vuls_fix_service_purchased": is_purchased(record),
    }


def scan_cluster_vuls(call: Call) -> Json:
    task = begin(call, call.cluster(), "cluster_vuls_scan", SCAN)
    return {"request_id": call.request_id, "task_id": task.id}


def fix_node_pool_vuls(call: Call) -> Json:
    record, asked = call.cluster(), call.document()
    pool = record.pool(call.path["nodepool_id"])
    if not is_purchased(record):
        raise errors.fix_service_not_purchased()
    nodes = _chosen(asked, "nodes", [node.name for node in pool.nodes])
    names = _chosen(asked, "vuls", [vulnerability.name for vulnerability in CATALOGUE])
    restarts = asked.get("auto_restart") is True
    task = begin(
        call,
        record,
        "nodepool_vul_fix",
        _stages(len(nodes), _parallel(asked)),
        nodepool_id=pool.id,
        parameters={"vuls": names, "nodes": nodes, "auto_restart": restarts},
        resources=tuple(node.instance_id for node in pool.nodes if node.name in nodes),
    )
    fix = Fix(task_id=task.id, nodes=frozenset(nodes), vulnerabilities=frozenset(names), restarts=restarts)
    record.fixes.append(fix)
    return {"task_id": task.id}


def is_purchased(record: ClusterRecord) -> bool:
    return record.plan.role != "private"


def _found(call: Call, record: ClusterRecord, node: NodePlan) -> list[Vulnerability]:
    return list(vulnerabilities_of(record, node, call.now))


def _of_pool(call: Call, record: ClusterRecord, pool: PoolPlan) -> Iterable[Json]:
    counts = Counter(each for node in pool.nodes for each in _found(call, record, node))
    for vulnerability in CATALOGUE:
        if counts[vulnerability]:
            yield {
                "cve_list": list(vulnerability.cves),
                "necessity": vulnerability.necessity,
                "node_count": counts[vulnerability],
                "nodepool_id": pool.id,
                "nodepool_name": pool.name,
                "vul_alias_name": vulnerability.alias,
                "vul_name": vulnerability.name,
                "vul_type": TYPE,
            }


def _of_node(node: NodePlan, found: Iterable[Vulnerability]) -> Json:
    return {
        "instance_id": node.instance_id,
        "node_name": node.name,
        "vul_list": [
            {
                "alias_name": each.alias,
                "cve_list": list(each.cves),
                "name": each.name,
                "necessity": each.necessity,
                "need_reboot": each.reboot,
                "package_list": [{"name": package} for package in each.packages],
            }
            for each in found
        ],
    }


def _wanted_necessities(call: Call) -> tuple[str, ...]:
    wanted = tuple(text.strip() for text in (call.wanted("necessity") or "").split(",") if text.strip())
    if not set(wanted) <= set(NECESSITIES):
        raise errors.invalid_parameter("necessity", f"it is a list of {', '.join(NECESSITIES)}")
    return wanted or NECESSITIES


def _chosen(asked: Mapping[str, Any], name: str, known: list[str]) -> list[str]:
    """What the request names of what there is; all of it where it names nothing."""
    given = asked.get(name) or known
    if not isinstance(given, list) or not set(map(str, given)) <= set(known):
        raise errors.invalid_parameter(name, "it is a list of what this node pool has")
    return [str(each) for each in given]


def _parallel(asked: Mapping[str, Any]) -> int:
    policy = asked.get("rollout_policy") or {}
    most = policy.get("max_parallelism", 1) if isinstance(policy, dict) else 0
    if not isinstance(most, int) or most < 1:
        raise errors.invalid_parameter("rollout_policy", "max_parallelism is a number from 1")
    return most


def _stages(nodes: int, parallel: int) -> tuple[tuple[str, timedelta], ...]:
    batches = -(-nodes // parallel)
    return ("PreCheck", timedelta(seconds=10)), ("FixVuls", BATCH * batches), ("PostCheck", timedelta(seconds=10))
