"""Toolset `query`: what else can be asked of metrics and logs."""

from typing import Annotated, Literal

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.diagnosis import diagnose
from ack_mcp_server.services.diagnosis.kinds import subject
from ack_mcp_server.services.diagnosis.report import Asked, DiagnosisReport
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls import event_query
from ack_mcp_server.services.sls.event_query import EventFilter
from ack_mcp_server.services.sls.events import EventsAnswer
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered


async def query_cluster_events(
    cluster_id: str = "",
    namespace: str = "",
    kind: Annotated[str, Field(description="Of the object, such as Pod.")] = "",
    name: Annotated[str, Field(description="Of the object; may end with *.")] = "",
    reason: Annotated[str, Field(description="Such as BackOff; may end with *.")] = "",
    type: Annotated[str, Field(description="Normal or Warning.")] = "",
    start_time: str = "1h",
    end_time: str = "",
    limit: Annotated[int, Field(ge=1, le=500)] = 50,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> EventsAnswer:
    """List a cluster's events as SLS keeps them, also those that Kubernetes forgot after an hour, grouped."""
    wanted = EventFilter.of(reach.settings, namespace=namespace, kind=kind, name=name, reason=reason, type_=type)
    return await event_query.query_cluster_events(
        reach, cluster_id, wanted, start=start_time, end=end_time, limit=limit, now=runtime.now(), token=continue_
    )


async def create_cluster_diagnosis(
    resource_type: Literal["node", "pod", "service", "ingress", "network", "memory"],
    cluster_id: str = "",
    namespace: Annotated[str, Field(description="pod, service.")] = "",
    name: Annotated[str, Field(description="pod, service, node.")] = "",
    node: Annotated[str, Field(description="memory.")] = "",
    url: Annotated[str, Field(description="ingress.")] = "",
    source: Annotated[str, Field(description="network: an IP.")] = "",
    destination: Annotated[str, Field(description="network: an IP.")] = "",
    port: int = 0,
    protocol: str = "",
    reach: Reach = Depends(current_reach),
) -> DiagnosisReport:
    """Begin a diagnosis as diagnose_resource does, without waiting for it."""
    given = {"namespace": namespace, "name": name, "node": node, "url": url, "source": source}
    given |= {"destination": destination, "port": port, "protocol": protocol}
    return await diagnose.create(reach, cluster_id, subject(reach.settings, resource_type, given))


async def get_cluster_diagnosis_result(
    diagnosis_id: str,
    cluster_id: str = "",
    details: Annotated[bool, Field(description="Also what passed, and what was not understood.")] = False,
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
) -> DiagnosisReport:
    """Show how a diagnosis stands, or what it found."""
    asked = Asked(diagnosis_id=diagnosis_id, details=details, max_bytes=max_bytes, token=continue_)
    return await diagnose.result(reach, cluster_id, asked)


TOOLS = (
    Offered(query_cluster_events),
    Offered(create_cluster_diagnosis, begins=True),
    Offered(get_cluster_diagnosis_result),
)
