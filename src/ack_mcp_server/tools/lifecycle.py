"""Toolset `lifecycle`: node pools, addons, clusters and their tasks, and what changes them."""

from typing import Annotated, Literal

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.lifecycle import task_waiting
from ack_mcp_server.lifecycle.addons import AddonChange
from ack_mcp_server.lifecycle.cluster_deletion import Deletion
from ack_mcp_server.lifecycle.cluster_upgrade import Upgrade
from ack_mcp_server.lifecycle.clusters import ClusterSettings
from ack_mcp_server.lifecycle.fixing import Fixing
from ack_mcp_server.lifecycle.founding import Founding
from ack_mcp_server.lifecycle.pool_making import Making
from ack_mcp_server.lifecycle.pool_upgrade import PoolUpgrade
from ack_mcp_server.lifecycle.pools import Settings, Unmaking
from ack_mcp_server.lifecycle.removal import Removal
from ack_mcp_server.lifecycle.scaling import Scaling
from ack_mcp_server.lifecycle.task_orders import TaskOrder
from ack_mcp_server.lifecycle.task_waiting import WaitedTask
from ack_mcp_server.lifecycle.told import ChangeAnswer
from ack_mcp_server.progress import Progress
from ack_mcp_server.services import addons, cluster_events, vulnerabilities
from ack_mcp_server.services.addons import AddonList
from ack_mcp_server.services.cluster_events import ClusterEventPage
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.vulnerabilities import VulnerabilityList
from ack_mcp_server.tools.changes import Change, current_change
from ack_mcp_server.tools.dependencies import current_progress, current_reach
from ack_mcp_server.tools.registration import Offered

PlanId = Annotated[str, Field(description="Of a shown change that is to be done now.")]
Extension = Annotated[str, Field(description="Further fields of the API's request, as a JSON object.")]
Ids = Annotated[list[str], Field(max_length=100)]
Parallel = Annotated[int, Field(ge=1, le=100)]
Switch = Literal["unchanged", "on", "off"]


async def list_cluster_addons(cluster_id: str = "", reach: Reach = Depends(current_reach)) -> AddonList:
    """List a cluster's addons: installed version, state, newer version, why one failed; and what could be installed."""
    return await addons.list_addons(reach, cluster_id)


async def list_cluster_vulnerabilities(
    cluster_id: str = "",
    nodepool_id: Annotated[str, Field(description="By node, of this pool.")] = "",
    reach: Reach = Depends(current_reach),
) -> VulnerabilityList:
    """List known vulnerabilities of a cluster's nodes."""
    return await vulnerabilities.list_vulnerabilities(reach, cluster_id, nodepool_id)


async def describe_cluster_events(
    cluster_id: str = "",
    task_id: Annotated[str, Field(description="Only of this task.")] = "",
    page_number: Annotated[int, Field(ge=1, le=10_000)] = 1,
    page_size: Annotated[int, Field(ge=1, le=100)] = 50,
    reach: Reach = Depends(current_reach),
) -> ClusterEventPage:
    """List what a cluster's tasks (scaling, upgrades …) reported, newest first. Events of Kubernetes: ack_kubectl."""
    return await cluster_events.describe_events(
        reach, cluster_id, task_id, page_number=page_number, page_size=page_size
    )


async def wait_for_task(
    task_id: str,
    cluster_id: str = "",
    reach: Reach = Depends(current_reach),
    progress: Progress = Depends(current_progress),
) -> WaitedTask:
    """Wait until a task ends or is paused, some minutes at most; call again to go on waiting."""
    return await task_waiting.wait_for_task(reach, task_id, cluster_id, progress)


async def scale_nodepool(
    nodepool_id: str,
    desired_size: Annotated[int, Field(ge=-1, description="How many nodes there shall be.")] = -1,
    count: Annotated[int, Field(ge=0, le=500, description="Instead: how many are added.")] = 0,
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Give a node pool more or fewer nodes. Fewer is shown first; remove_nodepool_nodes takes out named ones."""
    return await change(Scaling(nodepool_id=nodepool_id, desired_size=desired_size, count=count), cluster_id, plan_id)


async def remove_nodepool_nodes(
    nodepool_id: str,
    instance_ids: Ids = [],  # noqa: B006 - read only; the schema stays a plain array
    node_names: Ids = [],  # noqa: B006 - as above
    drain: bool = True,
    release: Annotated[bool, Field(description="Also release the instances.")] = False,
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Take nodes out of their pool. The pods and disruption budgets concerned are shown first."""
    asked = Removal(
        nodepool_id=nodepool_id,
        instance_ids=tuple(instance_ids),
        node_names=tuple(node_names),
        drain=drain,
        release=release,
    )
    return await change(asked, cluster_id, plan_id)


async def create_nodepool(
    name: str,
    instance_types: Ids,
    desired_size: Annotated[int, Field(ge=0, le=500)] = 0,
    vswitch_ids: Annotated[list[str], Field(max_length=20, description="Default: as the default pool.")] = [],  # noqa: B006
    extension: Extension = "",
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Make a node pool."""
    asked = Making(
        name=name,
        instance_types=tuple(instance_types),
        desired_size=desired_size,
        vswitch_ids=tuple(vswitch_ids),
        extension=extension,
    )
    return await change(asked, cluster_id, plan_id)


async def modify_nodepool(
    nodepool_id: str,
    name: str = "",
    autoscaling: Switch = "unchanged",
    min_size: Annotated[int, Field(ge=-1, le=10_000, description="Of autoscaling; -1 leaves it.")] = -1,
    max_size: Annotated[int, Field(ge=-1, le=10_000)] = -1,
    extension: Extension = "",
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Change settings of a node pool: autoscaling, and by extension labels, taints, disks … A list replaces the whole
    list that is there. Shown first."""
    asked = Settings(
        nodepool_id=nodepool_id,
        name=name,
        autoscaling=autoscaling,
        min_size=min_size,
        max_size=max_size,
        extension=extension,
    )
    return await change(asked, cluster_id, plan_id)


async def delete_nodepool(
    nodepool_id: str,
    force: Annotated[bool, Field(description="With its nodes, undrained.")] = False,
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Delete a node pool. Shown first."""
    return await change(Unmaking(nodepool_id=nodepool_id, force=force), cluster_id, plan_id)


async def upgrade_nodepool(
    nodepool_id: str,
    kubernetes_version: Annotated[str, Field(description="Default: the control plane's.")] = "",
    node_names: Ids = [],  # noqa: B006 - as above
    max_parallelism: Parallel = 1,
    extension: Extension = "",
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Bring nodes to the control plane's version, after a precheck. Shown first."""
    asked = PoolUpgrade(
        nodepool_id=nodepool_id,
        kubernetes_version=kubernetes_version,
        node_names=tuple(node_names),
        max_parallelism=max_parallelism,
        extension=extension,
    )
    return await change(asked, cluster_id, plan_id)


async def fix_nodepool_vulnerabilities(
    nodepool_id: str,
    vulnerabilities: Annotated[list[str], Field(max_length=100, description="Default: all.")] = [],  # noqa: B006
    node_names: Ids = [],  # noqa: B006 - as above
    restart: Annotated[bool, Field(description="Restart nodes that need it.")] = False,
    max_parallelism: Parallel = 1,
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Patch vulnerable packages on a node pool's nodes. Shown first."""
    asked = Fixing(
        nodepool_id=nodepool_id,
        vulnerabilities=tuple(vulnerabilities),
        node_names=tuple(node_names),
        restart=restart,
        max_parallelism=max_parallelism,
    )
    return await change(asked, cluster_id, plan_id)


async def manage_cluster_addon(
    action: Literal["install", "upgrade", "configure", "uninstall"],
    name: str,
    version: Annotated[str, Field(description="Default: the newest.")] = "",
    config: Annotated[str, Field(description="Its settings, as a JSON object.")] = "",
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Install an addon; or upgrade (also one that failed), configure or uninstall one, which is shown first."""
    return await change(AddonChange(action=action, name=name, version=version, config=config), cluster_id, plan_id)


async def create_cluster(
    name: str,
    region: str,
    vswitch_ids: Ids,
    vpc_id: str = "",
    version: Annotated[str, Field(description="Of Kubernetes. Default: the newest.")] = "",
    spec: Literal["ack.standard", "ack.pro.small", "ack.pro.xlarge"] = "ack.pro.small",
    service_cidr: str = "",
    pod_cidr: str = "",
    public_endpoint: bool = False,
    deletion_protection: bool = True,
    instance_types: Annotated[list[str], Field(max_length=20, description="Of a first node pool.")] = [],  # noqa: B006
    desired_size: Annotated[int, Field(ge=0, le=500)] = 0,
    extension: Extension = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Make a managed cluster. Shown first."""
    asked = Founding(
        name=name,
        region=region,
        vswitch_ids=tuple(vswitch_ids),
        vpc_id=vpc_id,
        version=version,
        spec=spec,
        service_cidr=service_cidr,
        pod_cidr=pod_cidr,
        public_endpoint=public_endpoint,
        deletion_protection=deletion_protection,
        instance_types=tuple(instance_types),
        desired_size=desired_size,
        extension=extension,
    )
    return await change(asked, "", plan_id)


async def modify_cluster(
    name: str = "",
    deletion_protection: Switch = "unchanged",
    extension: Extension = "",
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Change settings of a cluster. Shown first."""
    asked = ClusterSettings(name=name, deletion_protection=deletion_protection, extension=extension)
    return await change(asked, cluster_id, plan_id)


async def upgrade_cluster(
    version: Annotated[str, Field(description="Default: the next.")] = "",
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Upgrade a control plane by one minor version, after a precheck, which may take minutes; if that fails, it says
    why. Shown first."""
    return await change(Upgrade(version=version), cluster_id, plan_id)


async def delete_cluster(
    cluster_id: str,
    retain_resources: Annotated[list[str], Field(max_length=100, description="Ids that stay.")] = [],  # noqa: B006
    retain_all_resources: bool = False,
    keep_slb: bool = False,
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Delete a cluster and everything in it. Always shown first, with what goes and what stays."""
    asked = Deletion(
        retain_resources=tuple(retain_resources), retain_all_resources=retain_all_resources, keep_slb=keep_slb
    )
    return await change(asked, cluster_id, plan_id)


async def control_task(
    task_id: str,
    action: Literal["pause", "resume", "cancel"],
    cluster_id: str = "",
    plan_id: PlanId = "",
    change: Change = Depends(current_change),
) -> ChangeAnswer:
    """Pause or resume a task; or cancel one, which is shown first."""
    return await change(TaskOrder(task_id=task_id, action=action), cluster_id, plan_id)


_READS = (list_cluster_addons, list_cluster_vulnerabilities, describe_cluster_events, wait_for_task)
_WRITES = (
    scale_nodepool,
    remove_nodepool_nodes,
    create_nodepool,
    modify_nodepool,
    delete_nodepool,
    upgrade_nodepool,
    fix_nodepool_vulnerabilities,
    manage_cluster_addon,
    create_cluster,
    modify_cluster,
    upgrade_cluster,
    delete_cluster,
    control_task,
)
TOOLS = (
    *(Offered(function) for function in _READS),
    *(Offered(function, reads=False, writes=True) for function in _WRITES),
)
