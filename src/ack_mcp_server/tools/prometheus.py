"""Toolset `prometheus`: metrics of a cluster."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.prometheus.answer import MetricsAnswer
from ack_mcp_server.services.prometheus.guidance.document import as_markdown
from ack_mcp_server.services.prometheus.guidance.guidance import GuidanceAnswer, metric_guidance
from ack_mcp_server.services.prometheus.querying import Wish
from ack_mcp_server.services.prometheus.querying import query_prometheus as query
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Document, Offered


async def query_prometheus(
    promql: str,
    cluster_id: Annotated[str, Field(description="From list_clusters; may be left out if there is only one.")] = "",
    start_time: Annotated[str, Field(description="Makes a range: 1h, now-2d, RFC 3339. Empty: the value now.")] = "",
    end_time: str = "",
    step: Annotated[str, Field(description="Such as 1m. Default: at most 200 points.")] = "",
    raw: Annotated[bool, Field(description="Every point instead of a summary.")] = False,
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue", description="What a cut answer names.")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> MetricsAnswer:
    """Query a cluster's Prometheus by PromQL: values now, or over a range min, mean, max, last, trend and sparkline per
    series, the largest first. Aggregate with sum by (…) or topk."""
    wish = Wish(
        promql=promql,
        cluster_id=cluster_id,
        start_time=start_time,
        end_time=end_time,
        step=step,
        raw=raw,
        max_bytes=max_bytes,
        token=continue_,
    )
    return await query(runtime.metrics, reach, wish, runtime.now())


async def query_prometheus_metric_guidance(
    resource_label: Annotated[str, Field(description="Such as pod, node, deployment, ingress, dns.")] = "all",
    metric_category: Annotated[str, Field(description="cpu, memory, disk, network, state, traffic or gpu.")] = "all",
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
) -> GuidanceAnswer:
    """Show which metrics tell of a kind of resource (type, unit, labels), and alert rules with PromQL and remedy."""
    return await metric_guidance(reach.settings, resource_label, metric_category, max_bytes=max_bytes, token=continue_)


TOOLS = (Offered(query_prometheus), Offered(query_prometheus_metric_guidance))
DOCUMENTS = (Document("ack://prometheus/metrics", "Metrics of Kubernetes and ACK, and alert rules.", as_markdown),)
