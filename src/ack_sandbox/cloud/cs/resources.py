"""What a cluster made of other services: DescribeClusterResources. Load balancers go with the cluster, logs stay."""

from collections.abc import Iterator

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json, rfc3339

INGRESS = "nginx-ingress-controller"


def describe_cluster_resources(call: Call) -> Json:
    record = call.cluster()
    made = [*_of_the_cluster(record)]
    return [*made, *_of_addons(record)] if call.flag("with_addon_resources") else made


def _of_the_cluster(record: ClusterRecord) -> Iterator[Json]:
    network = record.network
    yield _body(
        record, "SLB", network.api_balancer_id, {"kind": "Service", "namespace": "default", "name": "kubernetes"}
    )
    yield _body(record, "SecurityGroup", network.security_group_id, changeable=True)
    if record.logs.audited or record.logs.components:
        yield _body(record, "SLS_Data", record.logs.project, goes=False, changeable=True)


def _of_addons(record: ClusterRecord) -> Iterator[Json]:
    if any(addon.name == INGRESS for addon in record.addons):
        service: dict[str, Json] = {"kind": "Service", "namespace": "kube-system", "name": "nginx-ingress-lb"}
        balancer = record.network.ingress_balancer_id
        yield _body(record, "SLB", balancer, service, creator="addon", changeable=True)


def _body(
    record: ClusterRecord,
    kind: str,
    instance_id: str,
    of: dict[str, Json] | None = None,
    *,
    creator: str = "system",
    goes: bool = True,
    changeable: bool = False,
) -> Json:
    return {
        "associated_object": of or {"kind": "", "namespace": "", "name": ""},
        "auto_create": 1,
        "cluster_id": record.plan.id,
        "created": rfc3339(record.created),
        "creator_type": creator,
        "delete_behavior": {"delete_by_default": goes, "changeable": changeable},
        "dependencies": [],
        "extra_info": {},
        "instance_id": instance_id,
        "resource_info": "",
        "resource_type": kind,
        "state": "CREATE_COMPLETE",
    }
