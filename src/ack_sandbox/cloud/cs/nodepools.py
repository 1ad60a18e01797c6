"""Node pools: DescribeClusterNodePools and DescribeClusterNodePoolDetail."""

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.nodepool_bodies import detail, listed
from ack_sandbox.cloud.wire import Json


def describe_cluster_node_pools(call: Call) -> Json:
    record = call.cluster()
    wanted = call.wanted("NodepoolName")
    pools = [pool for pool in record.plan.pools if wanted in (None, pool.name)]
    return {"nodepools": [listed(record, pool, call.now) for pool in pools]}


def describe_cluster_node_pool_detail(call: Call) -> Json:
    record = call.cluster()
    return detail(record, record.pool(call.path["nodepool_id"]), call.now)
