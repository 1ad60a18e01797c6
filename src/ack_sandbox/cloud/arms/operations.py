"""The operations of ARMS that the region answers. A failure of its own is HTTP 200 with another `Code` than 200."""

from collections.abc import Iterator

from ack_sandbox.cloud.arms.instances import PrometheusInstance
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.operations import Operation, Service, post
from ack_sandbox.cloud.wire import Json, json_text

CLUSTER_TYPE = "aliyun-cs"


def get_prometheus_instance(call: Call) -> Json:
    region, wanted = call.required("RegionId"), call.required("ClusterId")
    found = (each for each in _instances(call, region) if each.cluster.id == wanted)
    instance = next(found, None)
    if instance is None:
        return _failed(call, 404, f"prometheus instance of cluster {wanted} does not exist in {region}")
    return {"RequestId": call.request_id, "Code": 200, "Message": "success", "Data": _written(call, instance)}


def list_prometheus_instances(call: Call) -> Json:
    rows: list[Json] = [_listed(each) for each in _instances(call, call.required("RegionId"))]
    return {"RequestId": call.request_id, "Code": 200, "Message": "success", "Data": json_text(rows)}


def get_prometheus_api_token(call: Call) -> Json:
    """The token of the account's first instance that asks for one."""
    tokens = (each.token for each in _instances(call, call.required("RegionId")) if each.token)
    return {"RequestId": call.request_id, "Token": next(tokens, "")}


def _instances(call: Call, region: str) -> Iterator[PrometheusInstance]:
    records = call.store.clusters(call.key.account)
    return (PrometheusInstance(each.plan) for each in records if each.plan.region == region)


def _failed(call: Call, code: int, message: str) -> Json:
    return {"RequestId": call.request_id, "Code": code, "Message": message, "Data": None}


def _listed(instance: PrometheusInstance) -> Json:
    cluster = instance.cluster
    return {
        "clusterId": cluster.id,
        "clusterName": cluster.name,
        "clusterType": CLUSTER_TYPE,
        "regionId": cluster.region,
        "userId": cluster.account,
        "version": instance.version,
    }


def _written(call: Call, instance: PrometheusInstance) -> dict[str, Json]:
    cluster, endpoint = instance.cluster, call.store.endpoint
    record = call.store.cluster(call.key.account, cluster.id)
    return {
        "ClusterId": cluster.id,
        "ClusterName": cluster.name,
        "ClusterType": CLUSTER_TYPE,
        "RegionId": cluster.region,
        "UserId": cluster.account,
        "VpcId": record.network.vpc_id,
        "SecurityGroupId": record.network.security_group_id,
        "ResourceGroupId": record.network.resource_group_id,
        "Version": instance.version,
        "SupportAuthTypes": ["Basic"] if instance.version == "V2" else ["Token"],
        "AccessType": "readWrite",
        "EnableAuthToken": bool(instance.token),
        "AuthToken": instance.token,
        "EnableAuthFreeRead": instance.free_read,
        "AuthFreeReadPolicy": "0.0.0.0/0" if instance.free_read else "",
        "HttpApiInterUrl": instance.public_url(endpoint),
        "HttpApiIntraUrl": instance.private_url(endpoint),
        "PaymentType": "POSTPAY",
        "StorageDuration": 15,
        "DbInstanceStatus": "RUNNING",
        "Product": "acs",
        "Tags": [],
    }


OPERATIONS: dict[str, Operation] = {
    "GetPrometheusInstance": post("/", get_prometheus_instance),
    "ListPrometheusInstances": post("/", list_prometheus_instances),
    "GetPrometheusApiToken": post("/", get_prometheus_api_token),
}
ARMS = Service(name="arms", version="2019-08-08", operations=OPERATIONS)
