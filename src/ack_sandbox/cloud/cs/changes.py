"""The operations that change clusters, node pools, nodes, add-ons and tasks."""

from ack_sandbox.cloud.cs.addon_writes import (
    install_cluster_addons,
    modify_cluster_addon,
    uninstall_cluster_addons,
    upgrade_cluster_addons,
)
from ack_sandbox.cloud.cs.cluster_writes import create_cluster, delete_cluster, modify_cluster
from ack_sandbox.cloud.cs.node_writes import (
    remove_node_pool_nodes,
    repair_cluster_node_pool,
    upgrade_cluster_nodepool,
)
from ack_sandbox.cloud.cs.nodepool_writes import (
    create_cluster_node_pool,
    delete_cluster_nodepool,
    modify_cluster_node_pool,
    scale_cluster_node_pool,
)
from ack_sandbox.cloud.cs.task_control import (
    cancel_cluster_upgrade,
    cancel_task,
    pause_cluster_upgrade,
    pause_task,
    resume_task,
    resume_upgrade_cluster,
)
from ack_sandbox.cloud.cs.upgrade_writes import get_upgrade_status, upgrade_cluster
from ack_sandbox.cloud.operations import Operation, delete, get, post, put

CLUSTER = "/clusters/{cluster_id}"
POOL = f"{CLUSTER}/nodepools/{{nodepool_id}}"
UPGRADE = "/api/v2/clusters/{cluster_id}/upgrade"

CHANGES: dict[str, Operation] = {
    "CreateCluster": post("/clusters", create_cluster),
    "ModifyCluster": put("/api/v2/clusters/{cluster_id}", modify_cluster),
    "DeleteCluster": delete(CLUSTER, delete_cluster),
    "UpgradeCluster": post(UPGRADE, upgrade_cluster),
    "GetUpgradeStatus": get(f"{UPGRADE}/status", get_upgrade_status),
    "PauseClusterUpgrade": post(f"{UPGRADE}/pause", pause_cluster_upgrade),
    "ResumeUpgradeCluster": post(f"{UPGRADE}/resume", resume_upgrade_cluster),
    "CancelClusterUpgrade": post(f"{UPGRADE}/cancel", cancel_cluster_upgrade),
    "CreateClusterNodePool": post(f"{CLUSTER}/nodepools", create_cluster_node_pool),
    "ScaleClusterNodePool": post(POOL, scale_cluster_node_pool),
    "ModifyClusterNodePool": put(POOL, modify_cluster_node_pool),
    "DeleteClusterNodepool": delete(POOL, delete_cluster_nodepool),
    "RemoveNodePoolNodes": delete(f"{POOL}/nodes", remove_node_pool_nodes),
    "UpgradeClusterNodepool": post(f"{POOL}/upgrade", upgrade_cluster_nodepool),
    "RepairClusterNodePool": post(f"{POOL}/repair", repair_cluster_node_pool),
    "InstallClusterAddons": post(f"{CLUSTER}/components/install", install_cluster_addons),
    "UpgradeClusterAddons": post(f"{CLUSTER}/components/upgrade", upgrade_cluster_addons),
    "UnInstallClusterAddons": post(f"{CLUSTER}/components/uninstall", uninstall_cluster_addons),
    "ModifyClusterAddon": post(f"{CLUSTER}/components/{{component_id}}/config", modify_cluster_addon),
    "PauseTask": post("/tasks/{task_id}/pause", pause_task),
    "ResumeTask": post("/tasks/{task_id}/resume", resume_task),
    "CancelTask": post("/tasks/{task_id}/cancel", cancel_task),
}
