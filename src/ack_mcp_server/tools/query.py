"""Toolset `query`: what else can be asked of metrics and logs."""

from typing import Annotated, Literal

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.diagnosis import diagnose
from ack_mcp_server.services.diagnosis.kinds import subject
from ack_mcp_server.services.diagnosis.report import DiagnosisReport
from ack_mcp_server.services.prometheus.guidance import translation as promql_translation
from ack_mcp_server.services.prometheus.guidance.translated import Translated
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls import (
    event_query,
    logstore_described,
    sql_diagnosis,
    sql_query,
    sql_translation,
)
from ack_mcp_server.services.sls.event_query import EventFilter
from ack_mcp_server.services.sls.events import EventsAnswer
from ack_mcp_server.services.sls.logstore_described import LogstoreAnswer
from ack_mcp_server.services.sls.sql_diagnosis import Diagnosis
from ack_mcp_server.services.sls.sql_query import SqlAnswer
from ack_mcp_server.services.sls.sql_translation import Translation
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
    asked = subject(
        reach.settings, resource_type, namespace=namespace, name=name, node=node, url=url, source=source,
        destination=destination, port=port, protocol=protocol,
    )  # fmt: skip
    return await diagnose.create(reach, cluster_id, asked)


LogstoreName = Annotated[str, Field(description="Default: k8s-event; audit is the cluster's audit log.")]


async def sls_execute_sql_query(
    query: Annotated[str, Field(description="search | select …, or a search alone.")],
    cluster_id: str = "",
    project: Annotated[str, Field(description="Default: the cluster's own.")] = "",
    logstore: LogstoreName = "",
    start_time: str = "1h",
    end_time: str = "",
    limit: Annotated[int, Field(ge=1, le=1000)] = 100,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> SqlAnswer:
    """Search a logstore of SLS, or run SQL (Presto's dialect, table log) over what a search finds."""
    return await sql_query.execute(
        reach, query, cluster_id=cluster_id, project=project, logstore=logstore, start=start_time, end=end_time,
        limit=limit, now=runtime.now(), token=continue_,
    )  # fmt: skip


async def sls_describe_logstore(
    cluster_id: str = "",
    project: Annotated[str, Field(description="Default: the cluster's own.")] = "",
    logstore: Annotated[str, Field(description="Empty lists them.")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> LogstoreAnswer:
    """A cluster's logstores; or of one: fields and types, how long rows are kept, a row, and queries that run."""
    return await logstore_described.describe(reach, cluster_id, project, logstore, now=runtime.now())


async def sls_translate_text_to_sql_query(
    text: Annotated[str, Field(description="What is to be asked, such as: who deleted pods in shop")],
    cluster_id: str = "",
    logstore: LogstoreName = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> Translation:
    """What it takes to write an SLS query for a question: fields with values, checked queries, rules."""
    return await sql_translation.translate(reach, text, cluster_id, logstore, now=runtime.now())


async def sls_diagnose_query(
    query: str,
    error_message: Annotated[str, Field(description="What SLS said, if anything.")] = "",
    cluster_id: str = "",
    logstore: LogstoreName = "",
    reach: Reach = Depends(current_reach),
) -> Diagnosis:
    """Why an SLS query fails or finds nothing, and the query mended where that is certain."""
    return await sql_diagnosis.diagnose(reach, query, error_message, cluster_id, logstore)


async def translate_text_to_promql(
    text: Annotated[str, Field(description="What to measure, in words; English or Chinese.")],
    cluster_id: str = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> Translated:
    """Show what to write a PromQL query from: the cluster's metrics that fit a question, their labels, and candidate
    queries."""
    return await promql_translation.translate(runtime.metrics, reach, text, cluster_id, runtime.now())


TOOLS = (
    Offered(translate_text_to_promql),
    Offered(query_cluster_events),
    Offered(create_cluster_diagnosis, begins=True),
    Offered(sls_execute_sql_query),
    Offered(sls_describe_logstore),
    Offered(sls_translate_text_to_sql_query),
    Offered(sls_diagnose_query),
)
