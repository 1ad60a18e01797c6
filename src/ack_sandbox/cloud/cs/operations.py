"""The operations of Container Service that the region answers."""

from ack_sandbox.cloud.cs.addons import get_cluster_addon_instance, list_cluster_addon_instances
from ack_sandbox.cloud.cs.clusters import (
    describe_cluster_detail,
    describe_clusters_for_region,
    describe_clusters_v1,
)
from ack_sandbox.cloud.cs.events import describe_cluster_events
from ack_sandbox.cloud.cs.kubeconfig import describe_cluster_user_kubeconfig
from ack_sandbox.cloud.cs.metadata import (
    describe_kubernetes_version_metadata,
    describe_regions,
    describe_user_quota,
)
from ack_sandbox.cloud.cs.nodepools import describe_cluster_node_pool_detail, describe_cluster_node_pools
from ack_sandbox.cloud.cs.nodes import describe_cluster_nodes
from ack_sandbox.cloud.cs.tasks import describe_cluster_tasks, describe_task_info
from ack_sandbox.cloud.operations import Operation, Service, get

CLUSTER = "/clusters/{cluster_id}"

OPERATIONS: dict[str, Operation] = {
    "DescribeClustersV1": get("/api/v1/clusters", describe_clusters_v1),
    "DescribeClustersForRegion": get("/regions/{region_id}/clusters", describe_clusters_for_region),
    "DescribeClusterDetail": get(CLUSTER, describe_cluster_detail),
    "DescribeClusterNodePools": get(f"{CLUSTER}/nodepools", describe_cluster_node_pools),
    "DescribeClusterNodePoolDetail": get(f"{CLUSTER}/nodepools/{{nodepool_id}}", describe_cluster_node_pool_detail),
    "DescribeClusterNodes": get(f"{CLUSTER}/nodes", describe_cluster_nodes),
    "DescribeClusterTasks": get(f"{CLUSTER}/tasks", describe_cluster_tasks),
    "DescribeTaskInfo": get("/tasks/{task_id}", describe_task_info),
    "DescribeClusterEvents": get(f"{CLUSTER}/events", describe_cluster_events),
    "ListClusterAddonInstances": get(f"{CLUSTER}/addon_instances", list_cluster_addon_instances),
    "GetClusterAddonInstance": get(f"{CLUSTER}/addon_instances/{{instance_name}}", get_cluster_addon_instance),
    "DescribeClusterUserKubeconfig": get("/k8s/{cluster_id}/user_config", describe_cluster_user_kubeconfig),
    "DescribeRegions": get("/regions", describe_regions),
    "DescribeKubernetesVersionMetadata": get("/api/v1/metadata/versions", describe_kubernetes_version_metadata),
    "DescribeUserQuota": get("/quota", describe_user_quota),
}

CONTAINER_SERVICE = Service(name="cs", version="2015-12-15", operations=OPERATIONS)
