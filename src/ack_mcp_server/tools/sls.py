"""Toolset `sls`: logs of the managed control plane."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.controlplane import logs
from ack_mcp_server.services.controlplane.logs import ComponentLogs
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered


async def query_controlplane_logs(
    component: Annotated[str, Field(description="apiserver, kcm, scheduler, ccm, …")],
    cluster_id: str = "",
    query: Annotated[str, Field(description='Such as: error and not "context canceled"')] = "",
    start_time: str = "1h",
    end_time: str = "",
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> ComponentLogs:
    """Search the logs of a control plane component, newest first."""
    return await logs.query_controlplane_logs(
        reach, cluster_id, component, query=query, start=start_time, end=end_time, limit=limit, now=runtime.now(),
        token=continue_,
    )  # fmt: skip


TOOLS = (Offered(query_controlplane_logs),)
