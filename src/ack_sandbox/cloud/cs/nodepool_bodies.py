"""How a node pool is written, secrets included: the real API hands them out too."""

import base64
from collections import Counter
from datetime import datetime

from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.wire import Json, rfc3339
from ack_sandbox.draws import Draws
from ack_sandbox.plan import PoolPlan

IMAGE_ID = "aliyun_3_x64_20G_container_optimized_alibase_20250629.vhd"
IMAGE_TYPE = "AliyunLinux3ContainerOptimized"
RUNTIME_VERSION = "1.6.39"


def listed(record: ClusterRecord, pool: PoolPlan, now: datetime) -> dict[str, Json]:
    return {
        "auto_mode": {"enable": False},
        "auto_scaling": _auto_scaling(pool),
        "interconnect_mode": "",
        "kubernetes_config": _kubernetes_config(record, pool),
        "management": _management(pool),
        "max_nodes": 0,
        "node_components": [],
        "node_config": {"kubelet_configuration": {"maxPods": 64, "serializeImagePulls": False}},
        "nodepool_info": _info(record, pool, now),
        "scaling_group": _scaling_group(record, pool),
        "status": _status(record, pool, now),
        "tee_config": {"tee_enable": False},
    }


def detail(record: ClusterRecord, pool: PoolPlan, now: datetime) -> dict[str, Json]:
    condition = {
        "type": "Ready",
        "status": "True",
        "reason": "NodePoolReady",
        "message": "",
        "last_transition_time": rfc3339(record.pool_updated(pool, now)),
    }
    return {
        **listed(record, pool, now),
        "host_network": False,
        "intranet": False,
        "scaling_group": {
            **_scaling_group(record, pool),
            "instance_metadata_options": {"http_tokens": "required"},
        },
        "status": {**_status(record, pool, now), "conditions": [condition]},
    }


def _info(record: ClusterRecord, pool: PoolPlan, now: datetime) -> Json:
    return {
        "nodepool_id": pool.id,
        "name": pool.name,
        "type": "ess",
        "is_default": pool.is_default,
        "region_id": record.plan.region,
        "resource_group_id": record.network.resource_group_id,
        "created": rfc3339(record.pool_created(pool)),
        "updated": rfc3339(record.pool_updated(pool, now)),
    }


def _status(record: ClusterRecord, pool: PoolPlan, now: datetime) -> dict[str, Json]:
    states = Counter(record.node_state(node) for node in pool.nodes)
    serving = [node for node in pool.nodes if record.node_state(node) == "running"]
    ready = sum(record.node_ready(node) for node in serving)
    return {
        "state": record.pool_state(pool, now),
        "total_nodes": len(pool.nodes),
        "serving_nodes": len(serving),
        "healthy_nodes": ready,
        "offline_nodes": len(serving) - ready,
        "failed_nodes": states["failed"],
        "initial_nodes": states["initial"],
        "removing_nodes": states["removing"],
    }


def _auto_scaling(pool: PoolPlan) -> Json:
    low, high = pool.autoscaling or (0, 0)
    return {
        "enable": pool.autoscaling is not None,
        "type": "cpu",
        "min_instances": low,
        "max_instances": high,
        "is_bond_eip": False,
        "eip_bandwidth": 0,
        "eip_internet_charge_type": "",
    }


def _kubernetes_config(record: ClusterRecord, pool: PoolPlan) -> Json:
    marks = record.pools[pool.id].marks
    labels = {"alibabacloud.com/nodepool-id": pool.id, **marks.labels}
    script = f"#!/bin/sh\nregister --pool {pool.name} --token user-data-DO-NOT-LEAK\n"
    return {
        "cms_enabled": True,
        "cpu_policy": "none",
        "labels": [{"key": key, "value": value} for key, value in labels.items()],
        "node_name_mode": "",
        "pre_user_data": base64.b64encode(b"echo pre-user-data-DO-NOT-LEAK\n").decode(),
        "runtime": "containerd",
        "runtime_version": RUNTIME_VERSION,
        "taints": list(marks.taints),
        "unschedulable": marks.unschedulable,
        "user_data": script,
    }


def _management(pool: PoolPlan) -> Json:
    return {
        "enable": pool.is_default,
        "auto_fault_diagnosis": False,
        "auto_repair": pool.is_default,
        "auto_repair_policy": {"approval_required": False, "restart_node": True},
        "auto_upgrade": False,
        "auto_upgrade_policy": {"auto_upgrade_kubelet": False},
        "auto_vul_fix": pool.is_default,
        "auto_vul_fix_policy": {"exclude_packages": "", "restart_node": False, "vul_level": "asap"},
        "drift_enabled": False,
        "upgrade_config": {"auto_upgrade": False, "max_unavailable": 1, "surge": 0, "surge_percentage": 0},
    }


def _scaling_group(record: ClusterRecord, pool: PoolPlan) -> dict[str, Json]:
    network = record.network
    disk: Json = {"category": "cloud_essd", "size": 120, "performance_level": "PL1", "encrypted": "false"}
    return {
        "scaling_group_id": f"asg-{Draws(0).at(pool.id).text(20)}",
        "desired_size": record.pools[pool.id].desired,
        "instance_types": [pool.instance_type.name],
        "instance_charge_type": "PostPaid",
        "image_id": IMAGE_ID,
        "image_type": IMAGE_TYPE,
        "platform": "AliyunLinux",
        "vswitch_ids": network.vswitch_ids,
        "multi_az_policy": "BALANCE",
        "scaling_policy": "release",
        "security_group_id": network.security_group_id,
        "security_group_ids": [network.security_group_id],
        "system_disk_category": "cloud_essd",
        "system_disk_categories": ["cloud_essd"],
        "system_disk_performance_level": "PL0",
        "system_disk_size": 40,
        "data_disks": [disk],
        "spot_strategy": "NoSpot" if pool.autoscaling is None else "SpotAsPriceGo",
        "spot_price_limit": [],
        "internet_max_bandwidth_out": 0,
        "key_pair": "",
        "login_as_non_root": False,
        "login_password": "login-password-DO-NOT-LEAK",
        "ram_role_name": network.worker_role,
        "rds_instances": [],
        "security_hardening_os": False,
        "soc_enabled": False,
        "tags": [{"key": "ack.aliyun.com", "value": record.plan.id}],
    }
