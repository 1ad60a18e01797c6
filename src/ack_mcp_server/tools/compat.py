"""Toolset `compat`: kubectl by fields and PromQL, under the names that other servers taught; the same policy and
answers."""

import shlex
from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.abnormal import naming_abnormal
from ack_mcp_server.kube.output import CommandOutput
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.prometheus import querying
from ack_mcp_server.services.prometheus.answer import MetricsAnswer
from ack_mcp_server.services.prometheus.guidance import translation
from ack_mcp_server.services.prometheus.guidance.translated import Translated
from ack_mcp_server.services.prometheus.spans import bounds_of
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import Run, current_kubectl, current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered

Cluster = Annotated[str, Field(description="From list_clusters; may be left out if there is only one.")]
Namespace = Annotated[str, Field(description="Empty means the default one.")]
Manifest = Annotated[str, Field(description="Objects, one document or several.")]
PlanId = Annotated[str, Field(description="Of a shown change that is to be done now.")]


def _words(*parts: str | tuple[str, str]) -> str:
    """A command of single words, and of flags with their values; empty ones are left out. No value becomes a flag."""
    words: list[str] = []
    for part in parts:
        name, value = part if isinstance(part, tuple) else ("", part)
        if value.startswith("-"):
            raise InvalidInput(f"{shown(value)} cannot begin with a dash", next_step="Give the value alone.")
        if value:
            words.append(shlex.quote(f"{name}={value}" if name else value))
    return " ".join(words)


async def kubectl(
    command: Annotated[str, Field(description="Such as: get pods -n shop -o wide")],
    cluster_id: Cluster = "",
    kubeconfig: Annotated[str, Field(description="YAML of another cluster's, where the server takes it.")] = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """Run one kubectl command. The same as ack_kubectl."""
    return await run(command, cluster_id, kubeconfig)


async def kubectl_get(
    resource: Annotated[str, Field(description="A kind, such as pods or deployments.apps")],
    namespace: Namespace = "",
    name: str = "",
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """List the objects of a kind, or show one."""
    command = _words("get", resource, name, ("--namespace", namespace))
    return await run(command, cluster_id)


async def kubectl_get_pods(
    namespace: Annotated[str, Field(description="Empty means all.")] = "",
    label_selector: str = "",
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """List pods, and name the abnormal ones."""
    where = _words(("--namespace", namespace)) or "--all-namespaces"
    command = f"get pods {where} {_words(('--selector', label_selector))}"
    return naming_abnormal(await run(command, cluster_id))


async def kubectl_logs(
    pod: str,
    namespace: Namespace = "",
    container: str = "",
    lines: Annotated[int, Field(ge=1, le=100_000)] = 100,
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """The last lines of a pod's log."""
    command = _words("logs", pod, ("--namespace", namespace), ("--container", container), ("--tail", str(lines)))
    return await run(command, cluster_id)


async def kubectl_apply(
    yaml: Manifest,
    namespace: Namespace = "",
    cluster_id: Cluster = "",
    plan_id: PlanId = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """Create or change objects, server-side."""
    command = _words("apply", ("--namespace", namespace))
    return await run(command, cluster_id, manifest=yaml, plan_id=plan_id)


async def kubectl_apply_dry_run(
    yaml: Manifest,
    namespace: Namespace = "",
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """What apply would do, as the API server sees it; nothing is changed."""
    command = _words("apply", ("--namespace", namespace)) + " --dry-run=server"
    return await run(command, cluster_id, manifest=yaml)


async def kubectl_delete(
    resource: str,
    name: str,
    namespace: Namespace = "",
    cluster_id: Cluster = "",
    plan_id: PlanId = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """Delete one object; what would go is shown first."""
    if not name:
        raise InvalidInput("kubectl_delete needs a name", next_step="Name the object.")
    command = _words("delete", resource, name, ("--namespace", namespace))
    return await run(command, cluster_id, plan_id=plan_id)


async def query_prometheus(
    promql: str,
    cluster_id: Cluster = "",
    start_time: Annotated[str, Field(description="Makes a range: 1h, now-2d, RFC 3339. Empty: the value now.")] = "",
    end_time: str = "",
    step: Annotated[str, Field(description="Such as 1m. Default: at most 200 points.")] = "",
    time_range: Annotated[str, Field(description="Instead of both times: last_1h, now-2h~now-1h.")] = "",
    raw: Annotated[bool, Field(description="Every point instead of a summary.")] = False,
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue", description="What a cut answer names.")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> MetricsAnswer:
    """Query a cluster's Prometheus by PromQL: values now, or over a range min, mean, max, last, trend and sparkline per
    series, the largest first. Aggregate with sum by (…) or topk."""
    start, end = bounds_of(time_range, start_time, end_time)
    wish = querying.Wish(
        promql=promql,
        cluster_id=cluster_id,
        start_time=start,
        end_time=end,
        step=step,
        raw=raw,
        max_bytes=max_bytes,
        token=continue_,
    )
    return await querying.query_prometheus(runtime.metrics, reach, wish, runtime.now())


async def cms_execute_promql_query(
    query: str,
    cluster_id: Cluster = "",
    from_timestamp: Annotated[int, Field(ge=0, description="Unix seconds; makes a range.")] = 0,
    to_timestamp: Annotated[int, Field(ge=0)] = 0,
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> MetricsAnswer:
    """Query a cluster's Prometheus. The same as query_prometheus."""
    start, end = (str(at) if at else "" for at in (from_timestamp, to_timestamp))
    wish = querying.Wish(
        promql=query, cluster_id=cluster_id, start_time=start, end_time=end, max_bytes=max_bytes, token=continue_
    )
    return await querying.query_prometheus(runtime.metrics, reach, wish, runtime.now())


async def cms_translate_text_to_promql(
    text: Annotated[str, Field(description="What to measure, in words; English or Chinese.")],
    cluster_id: Cluster = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> Translated:
    """Show what to write a PromQL query from. The same as translate_text_to_promql."""
    return await translation.translate(runtime.metrics, reach, text, cluster_id, runtime.now())


TOOLS = (
    Offered(kubectl, writes=True),
    Offered(kubectl_get),
    Offered(kubectl_get_pods),
    Offered(kubectl_logs),
    Offered(kubectl_apply, reads=False),
    Offered(kubectl_apply_dry_run, reads=False),
    Offered(kubectl_delete, reads=False),
    Offered(query_prometheus),
    Offered(cms_execute_promql_query),
    Offered(cms_translate_text_to_promql),
)
