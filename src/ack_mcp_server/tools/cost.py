"""Toolset `cost`: what a workload asks for beside what it uses."""

from fastmcp.dependencies import Depends

from ack_mcp_server.cost.report import CostReport
from ack_mcp_server.cost.scaling_report import ScalingReport
from ack_mcp_server.cost.subject import Subject, WorkloadType
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered


async def analyze_workload_cost(
    namespace: str,
    workload_type: WorkloadType,
    workload_name: str,
    cluster_id: str = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> CostReport:
    """Right-size a workload: per container its requests, limits, use now and over 7 days (percentiles), throttling and
    OOM kills; advised requests and limits with the arithmetic, and the cores and GiB that they free or add."""
    subject = Subject.checked(cluster_id, namespace, workload_type, workload_name)
    return await runtime.cost.sizes(subject, reach)


async def analyze_workload_autoscaling(
    namespace: str,
    workload_type: WorkloadType,
    workload_name: str,
    cluster_id: str = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> ScalingReport:
    """Whether a workload should have a HorizontalPodAutoscaler: its load over 7 days, what is against it, target, min
    and max with the arithmetic beside an existing one, and a manifest to apply."""
    subject = Subject.checked(cluster_id, namespace, workload_type, workload_name)
    return await runtime.cost.scaling(subject, reach)


TOOLS = (Offered(analyze_workload_cost), Offered(analyze_workload_autoscaling))
