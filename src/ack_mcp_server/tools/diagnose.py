"""Toolset `diagnose`: what is unwell in a cluster, and why."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.answers.room import Room
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered
from ack_mcp_server.triage.report import TriageReport
from ack_mcp_server.triage.triage import Question


async def triage(
    cluster_id: str = "",
    namespace: Annotated[str, Field(description="Default: all.")] = "",
    workload: Annotated[str, Field(description="Such as deployment/web. Default: all that are unwell.")] = "",
    max_bytes: int = 0,
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> TriageReport:
    """What is broken in a cluster, namespace or workload, the gravest first, in one call: each with its likely cause,
    evidence (status, events, log before the crash, usage, what changed before) and the next command. Start here."""
    settings = runtime.settings
    room = Room.of(max_bytes, budget=settings.output_budget, ceiling=settings.output_ceiling)
    question = Question(cluster_id=cluster_id, namespace=namespace, workload=workload)
    return await runtime.triage.run(question, reach, room)


TOOLS = (Offered(triage),)
