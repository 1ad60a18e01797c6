"""How a cluster is written: in a region's list, in the account's list, and in full."""

from datetime import datetime

from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.versions import next_version, previous_version
from ack_sandbox.cloud.wire import Json, json_text, rfc3339

SERVICE_CIDR = "172.21.0.0/20"
API_SERVER_PORT = 6443
TIMEZONE = "Asia/Shanghai"


def listed_in_region(record: ClusterRecord, now: datetime) -> dict[str, Json]:
    plan, network = record.plan, record.network
    return {
        "cluster_domain": "cluster.local",
        "cluster_id": plan.id,
        "cluster_spec": plan.spec,
        "cluster_type": "ManagedKubernetes",
        "container_cidr": "",  # Terway gives pods addresses of the VPC
        "created": rfc3339(record.created),
        "current_version": plan.version,
        "deletion_protection": record.deletion_protection,
        "init_version": previous_version(plan.version),
        "ip_stack": "ipv4",
        "name": plan.name,
        "next_version": next_version(plan.version),
        "profile": "Default",
        "proxy_mode": "ipvs",
        "region_id": plan.region,
        "resource_group_id": record.settings.get("resource_group_id", network.resource_group_id),
        "security_group_id": network.security_group_id,
        "service_cidr": SERVICE_CIDR,
        "size": len(plan.nodes),
        "state": record.state(now),
        "tags": _tags(record),
        "timezone": record.settings.get("timezone", TIMEZONE),
        "updated": rfc3339(record.updated(now)),
        "vpc_id": network.vpc_id,
        "vswitch_ids": network.vswitch_ids if plan.has_vswitches else None,
    }


def listed(record: ClusterRecord, now: datetime) -> dict[str, Json]:
    plan, network = record.plan, record.network
    return {
        **listed_in_region(record, now),
        "docker_version": "",
        "external_loadbalancer_id": network.ingress_balancer_id,
        "maintenance_window": record.settings.get("maintenance_window", _maintenance_window(record)),
        "master_url": _master_url(record),
        "meta_data": _meta_data(record),
        "network_mode": "vpc",
        "operation_policy": {"cluster_auto_upgrade": {"channel": "stable", "enabled": plan.role == "staging"}},
        "private_zone": False,
        "subnet_cidr": "",
        "vswitch_id": ",".join(network.vswitch_ids) if plan.has_vswitches else "",
        "worker_ram_role_name": network.worker_role,
        "zone_id": plan.zones[0],
    }


def detail(record: ClusterRecord, now: datetime) -> dict[str, Json]:
    return {
        **listed(record, now),
        "auto_mode": {"enable": False},
        "control_plane_config": {
            "node_port_range": "30000-32767",
            "soc_enabled": False,
            "security_hardening_os": False,
        },
        "control_plane_endpoints_config": _endpoints_config(record),
        "extra_sans": [],
        "node_cidr_mask": "",
        "parameters": {"ServiceCIDR": SERVICE_CIDR, "WorkerInstanceChargeType": "PostPaid"},
        "rrsa_config": _rrsa(record),
    }


def _tags(record: ClusterRecord) -> list[Json]:
    tags = {"ack.aliyun.com": record.plan.id, "env": record.plan.role, "owner": "platform"}
    return [{"key": key, "value": value} for key, value in tags.items()]


def _maintenance_window(record: ClusterRecord) -> Json:
    return {
        "enable": record.plan.role == "production",
        "duration": "3h",
        "exclusions": [],
        "maintenance_time": "2025-01-02T02:00:00+08:00",
        "recurrence": "FREQ=WEEKLY;INTERVAL=1;BYDAY=TH",
        "weekly_period": "Thursday",
    }


def _master_url(record: ClusterRecord) -> str:
    network = record.network
    endpoints = {"intranet_api_server_endpoint": f"https://{network.intranet_address}:{API_SERVER_PORT}"}
    if network.public_address is not None:
        endpoints["api_server_endpoint"] = f"https://{network.public_address}:{API_SERVER_PORT}"
    return json_text(endpoints)


def _meta_data(record: ClusterRecord) -> str:
    return json_text(
        {
            "Addons": [{"name": addon.name, "version": addon.version} for addon in record.addons],
            "AuditProjectName": f"k8s-log-{record.plan.id}",
            "Capabilities": {"NetworkMode": "terway-eniip", "Network": "terway-eniip", "IntelligentPool": False},
            "CloudMonitorVersion": "3.5.5",
            "KubernetesVersion": record.plan.version,
            "MultiAZ": True,
            "ServiceCIDR": SERVICE_CIDR,
            "SubClass": "default",
        }
    )


def _endpoints_config(record: ClusterRecord) -> Json:
    network = record.network
    balancers: list[Json] = [_balancer("intranet", network.intranet_address, network.api_balancer_id)]
    if network.public_address is not None:
        balancers.append(_balancer("internet", network.public_address, network.api_balancer_id))
    return {
        "internal_dns_config": {"enabled": True, "bind_vpcs": [network.vpc_id]},
        "load_balancers_config": balancers,
    }


def _balancer(kind: str, address: str, balancer_id: str) -> Json:
    return {"endpoint": address, "endpoint_type": kind, "load_balancer_id": balancer_id}


def _rrsa(record: ClusterRecord) -> Json:
    plan = record.plan
    enabled = plan.role == "production"
    issuer = f"https://oidc-ack-{plan.region}.oss-{plan.region}-internal.aliyuncs.com/{plan.id}"
    name = f"ack-rrsa-{plan.id}"
    return {
        "enabled": enabled,
        "audience": "sts.aliyuncs.com" if enabled else "",
        "issuer": issuer if enabled else "",
        "jwks_url": f"{issuer}/openid/v1/jwks" if enabled else "",
        "max_oidc_token_expiration": "86400s" if enabled else "",
        "oidc_arn": f"acs:ram::{plan.account}:oidc-provider/{name}" if enabled else "",
        "oidc_name": name if enabled else "",
        "open_api_configuration_url": f"{issuer}/.well-known/openid-configuration" if enabled else "",
    }
