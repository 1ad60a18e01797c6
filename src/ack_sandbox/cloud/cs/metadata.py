"""What the service offers: DescribeRegions, DescribeKubernetesVersionMetadata and DescribeUserQuota."""

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.nodepool_bodies import IMAGE_ID, IMAGE_TYPE, RUNTIME_VERSION
from ack_sandbox.cloud.versions import VERSIONS, KubernetesVersion, upgradable_versions
from ack_sandbox.cloud.wire import Json, rfc3339_utc

REGIONS = {
    "cn-hangzhou": ("China (Hangzhou)", "华东1（杭州）"),
    "cn-shanghai": ("China (Shanghai)", "华东2（上海）"),
    "cn-beijing": ("China (Beijing)", "华北2（北京）"),
    "cn-shenzhen": ("China (Shenzhen)", "华南1（深圳）"),
    "cn-hongkong": ("China (Hong Kong)", "中国香港"),
    "ap-southeast-1": ("Singapore", "新加坡"),
    "eu-central-1": ("Germany (Frankfurt)", "德国（法兰克福）"),
}


def describe_regions(call: Call) -> Json:
    chinese = (call.wanted("acceptLanguage") or "").lower().startswith("zh")
    regions = [{"regionId": region, "localName": names[chinese]} for region, names in REGIONS.items()]
    return {"regions": regions, "requestId": call.request_id}


def describe_kubernetes_version_metadata(call: Call) -> Json:
    call.required("ClusterType")
    if call.required("Region") not in REGIONS:
        raise errors.invalid_parameter("Region", "it is not a region of this service")
    upgradable = call.flag("QueryUpgradableVersion")
    return [_version(version, upgradable) for version in _wanted_versions(call)]


def describe_user_quota(call: Call) -> Json:
    own = call.store.account(call.key.account).quotas
    quotas: Json = {
        name: {"quota": str(value), "operation_code": name, "adjustable": True, "unit": "count"}
        for name, value in own.items()
    }
    return {**own, "edge_improved_nodepool_quota": {"bandwidth": 10, "count": 10, "period": 1}, "quotas": quotas}


def _wanted_versions(call: Call) -> list[KubernetesVersion]:
    wanted = call.wanted("KubernetesVersion")
    if wanted is not None:
        return [version for version in VERSIONS if version.version == wanted]
    mode = call.wanted("Mode")
    if mode not in (None, "supported", "creatable"):
        raise errors.invalid_parameter("Mode", "it is supported or creatable")
    return [version for version in VERSIONS if version.creatable or mode == "supported"]


def _version(version: KubernetesVersion, upgradable: bool) -> Json:
    return {
        "version": version.version,
        "creatable": version.creatable,
        "release_date": rfc3339_utc(version.released),
        "expiration_date": rfc3339_utc(version.expires),
        "capabilities": {"AnyAZ": True, "ChargeType": "PostPaid", "Terway": True},
        "images": [_IMAGE],
        "meta_data": {"CloudMonitorVersion": "3.5.5", "SubClass": "default"},
        "runtimes": [{"name": "containerd", "version": RUNTIME_VERSION}],
        "upgradable_versions": upgradable_versions(version.version) if upgradable else [],
    }


_IMAGE: Json = {
    "image_id": IMAGE_ID,
    "image_name": "Alibaba Cloud Linux 3 Container Optimized",
    "platform": "AliyunLinux",
    "os_version": "3",
    "image_type": IMAGE_TYPE,
    "os_type": "Linux",
    "image_category": "system",
    "architecture": "x86_64",
}
