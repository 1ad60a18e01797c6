"""Toolset `ack`: the fleet as the cloud knows it."""

from typing import Annotated, Literal

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services import clock, fleet, nodepools, nodes, tasks
from ack_mcp_server.services.clock import CurrentTime
from ack_mcp_server.services.clusters import ClusterDetail, ClusterPage
from ack_mcp_server.services.nodepools import NodePoolPage
from ack_mcp_server.services.nodes import NodeFilter, NodePage
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.tasks import TaskDetail, TaskFilter, TaskPage
from ack_mcp_server.timerange import optional_range
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered

ClusterId = Annotated[str, Field(description="From list_clusters; may be left out if there is only one.")]
PageNumber = Annotated[int, Field(ge=1, le=10_000)]
PageSize = Annotated[int, Field(ge=1, le=100)]
NodeState = Literal["all", "running", "removing", "initial", "failed"]
TaskState = Literal[
    "all", "running", "pausing", "paused", "resuming", "cancelling", "canceled", "success", "fail", "failed"
]
Names = Annotated[list[str], Field(max_length=100)]


async def list_clusters(
    region: Annotated[str, Field(description="Such as cn-hangzhou. Default: all.")] = "",
    name: Annotated[str, Field(description="Part of the name.", max_length=128)] = "",
    page_number: PageNumber = 1,
    page_size: PageSize = 50,
    reach: Reach = Depends(current_reach),
) -> ClusterPage:
    """List ACK clusters: name, id, region, state, version, node count. Start here to get a cluster_id."""
    return await fleet.list_clusters(reach, region=region, name=name, page_number=page_number, page_size=page_size)


async def describe_cluster(cluster_id: ClusterId = "", reach: Reach = Depends(current_reach)) -> ClusterDetail:
    """Show one cluster: version and available upgrade, API endpoints, network, maintenance window, tags."""
    return await fleet.describe_cluster(reach, cluster_id)


async def list_cluster_nodepools(
    cluster_id: ClusterId = "",
    nodepool_id: Annotated[str, Field(description="Only this node pool.")] = "",
    page_number: PageNumber = 1,
    page_size: PageSize = 50,
    reach: Reach = Depends(current_reach),
) -> NodePoolPage:
    """List a cluster's node pools: size, health, autoscaling bounds, instance types."""
    return await nodepools.list_nodepools(reach, cluster_id, nodepool_id, page_number=page_number, page_size=page_size)


async def list_cluster_nodes(
    cluster_id: ClusterId = "",
    nodepool_id: str = "",
    instance_ids: Names = [],  # noqa: B006 - read only; the schema stays a plain array
    node_names: Names = [],  # noqa: B006 - as above
    state: NodeState = "all",
    page_number: PageNumber = 1,
    page_size: PageSize = 50,
    reach: Reach = Depends(current_reach),
) -> NodePage:
    """List a cluster's nodes as ECS instances: status, IP, instance type, node pool, errors.
    For pods, conditions or load on a node use ack_kubectl."""
    wanted = NodeFilter(
        nodepool_id=nodepool_id, instance_ids=tuple(instance_ids), node_names=tuple(node_names), state=state
    )
    return await nodes.list_nodes(reach, cluster_id, wanted, page_number=page_number, page_size=page_size)


async def list_cluster_tasks(
    cluster_id: ClusterId = "",
    state: TaskState = "all",
    task_type: Annotated[str, Field(description="Such as nodepool_scaleout.", max_length=64)] = "",
    start_time: Annotated[str, Field(description="Created since: 2h, now-1d or RFC 3339.")] = "",
    end_time: str = "",
    page_number: PageNumber = 1,
    page_size: PageSize = 20,
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> TaskPage:
    """List what was done to a cluster (create, upgrade, scale, addons), newest first, with state and error."""
    created = optional_range(start_time, end_time, now=runtime.now())
    wanted = TaskFilter(state=state, task_type=task_type, created=created)
    return await tasks.list_tasks(reach, cluster_id, wanted, page_number=page_number, page_size=page_size)


async def describe_task_info(
    task_id: str, cluster_id: ClusterId = "", reach: Reach = Depends(current_reach)
) -> TaskDetail:
    """Show one task: state, stages, events, error. Ask again to follow a running one."""
    return await tasks.describe_task(reach, task_id, cluster_id)


async def get_current_time(runtime: Runtime = Depends(current_runtime)) -> CurrentTime:
    """The time now in UTC, for building time ranges."""
    return clock.current_time(runtime.now())


TOOLS = tuple(
    Offered(function)
    for function in (
        list_clusters,
        describe_cluster,
        list_cluster_nodepools,
        list_cluster_nodes,
        list_cluster_tasks,
        describe_task_info,
        get_current_time,
    )
)
