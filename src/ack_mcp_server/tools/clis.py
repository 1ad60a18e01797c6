"""Toolset `clis`: other command lines than kubectl."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.asking import Ask
from ack_mcp_server.clis.argocd.table import TABLE as ARGOCD
from ack_mcp_server.clis.calls import Wish
from ack_mcp_server.clis.helm.table import TABLE as HELM
from ack_mcp_server.clis.istioctl.table import TABLE as ISTIOCTL
from ack_mcp_server.kube.output import CommandOutput
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_ask, current_reach, current_runtime
from ack_mcp_server.tools.registration import Document, Offered


async def helm(
    command: Annotated[str, Field(description="Such as: get values web -n shop")],
    cluster_id: Annotated[str, Field(description="From list_clusters; may be left out if there is only one.")] = "",
    values: Annotated[str, Field(description="YAML, for install and upgrade.")] = "",
    plan_id: Annotated[str, Field(description="Of a shown change that is to be done now.")] = "",
    max_bytes: Annotated[int, Field(description="Of the answer; 0 means the server's default.")] = 0,
    continue_: Annotated[str, Field(alias="continue", description="What the last line of a cut answer names.")] = "",
    ask: Ask = Depends(current_ask),
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> CommandOutput:
    """Run one helm command and return what it prints: list, status, history, get values|manifest|notes|hooks|metadata,
    and where the server may write install, upgrade, rollback, uninstall, test. Secrets are redacted. Charts are
    REPOSITORY/CHART of the operator's repositories, with --version. No files, no URLs, no plugins."""
    wish = Wish(ask=ask, values=values, plan_id=plan_id, max_bytes=max_bytes, token=continue_)
    return await runtime.helm.run(command, cluster_id, reach, wish)


async def istioctl(
    command: Annotated[str, Field(description="Such as: proxy-config route web-1 -n shop")],
    cluster_id: Annotated[str, Field(description="From list_clusters; may be left out if there is only one.")] = "",
    max_bytes: Annotated[int, Field(description="Of the answer; 0 means the server's default.")] = 0,
    continue_: Annotated[str, Field(alias="continue", description="What the last line of a cut answer names.")] = "",
    ask: Ask = Depends(current_ask),
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> CommandOutput:
    """Run one istioctl command that reads and return what it prints: version, proxy-status, proxy-config
    cluster|listener|route|endpoint|bootstrap, analyze (the cluster, no files), x describe pod|service, x authz check,
    ztunnel-config workload|service|policy, tag list, waypoint list. Secrets are redacted."""
    wish = Wish(ask=ask, max_bytes=max_bytes, token=continue_)
    return await runtime.istioctl.run(command, cluster_id, reach, wish)


async def argocd(
    command: Annotated[str, Field(description="Such as: app get web")],
    cluster_id: Annotated[str, Field(description="Where Argo CD runs; may be left out if there is only one.")] = "",
    plan_id: Annotated[str, Field(description="Of a shown change that is to be done now.")] = "",
    max_bytes: Annotated[int, Field(description="Of the answer; 0 means the server's default.")] = 0,
    continue_: Annotated[str, Field(alias="continue", description="What the last line of a cut answer names.")] = "",
    ask: Ask = Depends(current_ask),
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> CommandOutput:
    """Run one argocd command and return what it prints: app list|get|diff|history|resources|manifests|logs (--grep),
    appset and proj list|get, version, and where the server may write app sync|rollback|terminate-op|delete, always
    shown first. Secrets are redacted. It works with the cluster's kubeconfig; no login, no files."""
    wish = Wish(ask=ask, plan_id=plan_id, max_bytes=max_bytes, token=continue_)
    return await runtime.argocd.run(command, cluster_id, reach, wish)


TOOLS = (Offered(helm, writes=True), Offered(istioctl), Offered(argocd, writes=True))
DOCUMENTS = (
    Document("ack://helm/commands", "Every helm verb: whether it is offered, and its flags.", HELM.as_markdown),
    Document(
        "ack://istioctl/commands", "Every istioctl verb: whether it is offered, and its flags.", ISTIOCTL.as_markdown
    ),
    Document("ack://argocd/commands", "Every argocd verb: whether it is offered, and its flags.", ARGOCD.as_markdown),
)
