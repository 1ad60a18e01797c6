"""Toolset `diagnose`: what is unwell in a cluster, and why."""

from typing import Annotated, Literal

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.answers.room import Room
from ack_mcp_server.progress import Progress
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.diagnosis import diagnose
from ack_mcp_server.services.diagnosis.kinds import subject
from ack_mcp_server.services.diagnosis.report import Asked, DiagnosisReport
from ack_mcp_server.services.inspection import inspections
from ack_mcp_server.services.inspection.report import InspectionReport, Wanted
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_progress, current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered
from ack_mcp_server.triage.question import Question
from ack_mcp_server.triage.report import TriageReport

ResourceType = Literal["node", "pod", "service", "ingress", "network", "memory"]
Category = Literal["all", "security", "performance", "stability", "limitation", "cost"]
Level = Literal["all", "critical", "error", "warning", "advice"]


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


async def diagnose_resource(
    resource_type: ResourceType,
    cluster_id: str = "",
    namespace: Annotated[str, Field(description="pod, service.")] = "",
    name: Annotated[str, Field(description="pod, service, node.")] = "",
    node: Annotated[str, Field(description="memory.")] = "",
    url: Annotated[str, Field(description="ingress.")] = "",
    source: Annotated[str, Field(description="network: an IP.")] = "",
    destination: Annotated[str, Field(description="network: an IP.")] = "",
    port: int = 0,
    protocol: str = "",
    max_bytes: int = 0,
    reach: Reach = Depends(current_reach),
    progress: Progress = Depends(current_progress),
) -> DiagnosisReport:
    """Have ACK check one thing from inside (kernel, runtime, network path) and wait for it, some minutes. Changes
    nothing. What it found, with evidence and remedy. Try triage first."""
    asked = subject(
        reach.settings, resource_type, namespace=namespace, name=name, node=node, url=url, source=source,
        destination=destination, port=port, protocol=protocol,
    )  # fmt: skip
    return await diagnose.diagnose(reach, cluster_id, asked, progress, max_bytes)


async def query_inspect_report(
    cluster_id: str = "",
    refresh: Annotated[bool, Field(description="Run a new inspection, some minutes.")] = False,
    category: Category = "all",
    level: Level = "all",
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
    progress: Progress = Depends(current_progress),
) -> InspectionReport:
    """Show a cluster's latest inspection report: risks by severity, with remedies."""
    wanted = Wanted(category="" if category == "all" else category, level="" if level == "all" else level)
    asked = inspections.Asked(wanted=wanted, max_bytes=max_bytes, token=continue_)
    if refresh:
        return await inspections.refreshed(reach, cluster_id, asked, progress)
    return await inspections.latest(reach, cluster_id, asked)


async def get_cluster_diagnosis_result(
    diagnosis_id: str,
    cluster_id: str = "",
    details: Annotated[bool, Field(description="Also what passed, and what was not understood.")] = False,
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
) -> DiagnosisReport:
    """Show how a diagnosis stands, or what it found."""
    asked = Asked(
        settings=reach.settings, diagnosis_id=diagnosis_id, details=details, max_bytes=max_bytes, token=continue_
    )
    return await diagnose.result(reach, cluster_id, asked)


TOOLS = (
    Offered(triage),
    Offered(diagnose_resource, begins=True),
    Offered(get_cluster_diagnosis_result),
    Offered(query_inspect_report, begins=True),
)
