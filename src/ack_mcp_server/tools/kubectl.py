"""Toolset `kubectl`: what is inside a cluster."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.asking import Ask
from ack_mcp_server.kube.kubectl import Wish
from ack_mcp_server.kube.output import CommandOutput
from ack_mcp_server.kube.table.verbs import as_markdown
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_ask, current_reach, current_runtime
from ack_mcp_server.tools.registration import Document, Offered


async def ack_kubectl(
    command: Annotated[str, Field(description="Such as: get pods -n shop -o wide")],
    cluster_id: Annotated[str, Field(description="From list_clusters; may be left out if there is only one.")] = "",
    manifest: Annotated[str, Field(description="Objects in YAML or JSON, for apply, create, replace, delete.")] = "",
    plan_id: Annotated[str, Field(description="Of a shown change that is to be done now.")] = "",
    max_bytes: Annotated[int, Field(description="Of the answer; 0 means the server's default.")] = 0,
    continue_: Annotated[str, Field(alias="continue", description="What the last line of a cut answer names.")] = "",
    ask: Ask = Depends(current_ask),
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> CommandOutput:
    """Run one kubectl command and return what it prints: get, describe, logs, events, top, explain, auth can-i, rollout
    status …, and where the server may write apply, scale, rollout restart, set image, delete …: destructive ones are
    shown first. Secrets are redacted. No shell, no files. Narrow with -n, -l, --tail, --since, and logs with
    --grep=TEXT."""
    wish = Wish(ask=ask, manifest=manifest, plan_id=plan_id, max_bytes=max_bytes, token=continue_)
    return await runtime.kubectl.run(command, cluster_id, reach, wish)


TOOLS = (Offered(ack_kubectl, writes=True),)
DOCUMENTS = (
    Document(
        "ack://kubectl/commands", "Every kubectl verb: whether it is offered, its flags and formats.", as_markdown
    ),
)
