"""The operations of Container Service that the region answers."""

from ack_sandbox.cloud.cs.addon_catalogue import (
    describe_addon,
    list_addons,
    list_cluster_addon_instance_resources,
)
from ack_sandbox.cloud.cs.addons import get_cluster_addon_instance, list_cluster_addon_instances
from ack_sandbox.cloud.cs.changes import CHANGES
from ack_sandbox.cloud.cs.checks import get_cluster_check, list_cluster_checks, run_cluster_check
from ack_sandbox.cloud.cs.cluster_logs import (
    check_control_plane_log_enable,
    get_cluster_audit_project,
    update_control_plane_log,
)
from ack_sandbox.cloud.cs.clusters import (
    describe_cluster_detail,
    describe_clusters_for_region,
    describe_clusters_v1,
)
from ack_sandbox.cloud.cs.diagnoses import (
    create_cluster_diagnosis,
    get_cluster_diagnosis_check_items,
    get_cluster_diagnosis_result,
)
from ack_sandbox.cloud.cs.events import describe_cluster_events, describe_events, describe_events_for_region
from ack_sandbox.cloud.cs.inspections import (
    get_cluster_inspect_config,
    get_cluster_inspect_report_detail,
    list_cluster_inspect_reports,
    run_cluster_inspect,
)
from ack_sandbox.cloud.cs.kubeconfig import describe_cluster_user_kubeconfig
from ack_sandbox.cloud.cs.metadata import (
    describe_kubernetes_version_metadata,
    describe_regions,
    describe_user_quota,
)
from ack_sandbox.cloud.cs.nodepools import describe_cluster_node_pool_detail, describe_cluster_node_pools
from ack_sandbox.cloud.cs.nodes import describe_cluster_nodes
from ack_sandbox.cloud.cs.resources import describe_cluster_resources
from ack_sandbox.cloud.cs.tasks import describe_cluster_tasks, describe_task_info
from ack_sandbox.cloud.cs.vulnerabilities import (
    describe_cluster_vuls,
    describe_node_pool_vuls,
    fix_node_pool_vuls,
    scan_cluster_vuls,
)
from ack_sandbox.cloud.operations import Operation, Service, get, post, put

CLUSTER = "/clusters/{cluster_id}"
NODE_POOL = f"{CLUSTER}/nodepools/{{nodepool_id}}"

OPERATIONS: dict[str, Operation] = {
    "DescribeClustersV1": get("/api/v1/clusters", describe_clusters_v1),
    "DescribeClustersForRegion": get("/regions/{region_id}/clusters", describe_clusters_for_region),
    "DescribeClusterDetail": get(CLUSTER, describe_cluster_detail),
    "DescribeClusterResources": get(f"{CLUSTER}/resources", describe_cluster_resources),
    "DescribeClusterNodePools": get(f"{CLUSTER}/nodepools", describe_cluster_node_pools),
    "DescribeClusterNodePoolDetail": get(f"{CLUSTER}/nodepools/{{nodepool_id}}", describe_cluster_node_pool_detail),
    "DescribeClusterNodes": get(f"{CLUSTER}/nodes", describe_cluster_nodes),
    "DescribeClusterTasks": get(f"{CLUSTER}/tasks", describe_cluster_tasks),
    "DescribeTaskInfo": get("/tasks/{task_id}", describe_task_info),
    "DescribeClusterEvents": get(f"{CLUSTER}/events", describe_cluster_events),
    "DescribeEvents": get("/events", describe_events),
    "DescribeEventsForRegion": get("/regions/{region_id}/events", describe_events_for_region),
    "CreateClusterDiagnosis": post(f"{CLUSTER}/diagnosis", create_cluster_diagnosis),
    "GetClusterDiagnosisResult": get(f"{CLUSTER}/diagnosis/{{diagnosis_id}}/result", get_cluster_diagnosis_result),
    "GetClusterDiagnosisCheckItems": get(
        f"{CLUSTER}/diagnosis/{{diagnosis_id}}/check_items", get_cluster_diagnosis_check_items
    ),
    "RunClusterInspect": post(f"{CLUSTER}/inspectReports", run_cluster_inspect),
    "ListClusterInspectReports": get(f"{CLUSTER}/inspectReports", list_cluster_inspect_reports),
    "GetClusterInspectReportDetail": get(f"{CLUSTER}/inspectReports/{{report_id}}", get_cluster_inspect_report_detail),
    "GetClusterInspectConfig": get(f"{CLUSTER}/inspectConfig", get_cluster_inspect_config),
    "RunClusterCheck": post(f"{CLUSTER}/checks", run_cluster_check),
    "ListClusterChecks": get(f"{CLUSTER}/checks", list_cluster_checks),
    "GetClusterCheck": get(f"{CLUSTER}/checks/{{check_id}}", get_cluster_check),
    "DescribeClusterVuls": get(f"{CLUSTER}/vuls", describe_cluster_vuls),
    "DescribeNodePoolVuls": get(f"{NODE_POOL}/vuls", describe_node_pool_vuls),
    "ScanClusterVuls": post(f"{CLUSTER}/vuls/scan", scan_cluster_vuls),
    "FixNodePoolVuls": post(f"{NODE_POOL}/vuls/fix", fix_node_pool_vuls),
    "GetClusterAuditProject": get(f"{CLUSTER}/audit", get_cluster_audit_project),
    "CheckControlPlaneLogEnable": get(f"{CLUSTER}/controlplanelog", check_control_plane_log_enable),
    "UpdateControlPlaneLog": put(f"{CLUSTER}/controlplanelog", update_control_plane_log),
    "ListAddons": get("/addons", list_addons),
    "DescribeAddon": get("/addons/{addon_name}", describe_addon),
    "ListClusterAddonInstanceResources": get(
        f"{CLUSTER}/addon_instances/{{instance_name}}/resources", list_cluster_addon_instance_resources
    ),
    "ListClusterAddonInstances": get(f"{CLUSTER}/addon_instances", list_cluster_addon_instances),
    "GetClusterAddonInstance": get(f"{CLUSTER}/addon_instances/{{instance_name}}", get_cluster_addon_instance),
    "DescribeClusterUserKubeconfig": get("/k8s/{cluster_id}/user_config", describe_cluster_user_kubeconfig),
    "DescribeRegions": get("/regions", describe_regions),
    "DescribeKubernetesVersionMetadata": get("/api/v1/metadata/versions", describe_kubernetes_version_metadata),
    "DescribeUserQuota": get("/quota", describe_user_quota),
    **CHANGES,
}

CONTAINER_SERVICE = Service(name="cs", version="2015-12-15", operations=OPERATIONS)
