"""DescribeClusterUserKubeconfig: issued by the region's Kubernetes half, refused (501) without one."""

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.wire import Json, rfc3339_utc

SHORTEST_MINUTES, LONGEST_MINUTES = 15, 4320
LONG_LIVED_MINUTES = 3 * 365 * 24 * 60  # what a request without a duration gets: three years


def describe_cluster_user_kubeconfig(call: Call) -> Json:
    record = call.cluster()
    private = call.flag("PrivateIpAddress")
    minutes = call.number("TemporaryDurationMinutes", LONG_LIVED_MINUTES, SHORTEST_MINUTES, LONGEST_MINUTES)
    if call.store.issue_kubeconfig is None:
        raise errors.no_kubernetes_half()
    if record.state(call.now) == "initial":
        raise errors.cluster_not_ready(record.plan.id, "initial")
    config, expiration = call.store.issue_kubeconfig(record.plan, private, minutes)
    return {"config": config, "expiration": rfc3339_utc(expiration)}
