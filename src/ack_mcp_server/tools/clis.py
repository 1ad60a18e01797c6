"""Toolset `clis`: other command lines than kubectl."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.asking import Ask
from ack_mcp_server.clis.helm.helm import HelmWish
from ack_mcp_server.clis.helm.table import as_markdown
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
    wish = HelmWish(ask=ask, values=values, plan_id=plan_id, max_bytes=max_bytes, token=continue_)
    return await runtime.helm.run(command, cluster_id, reach, wish)


TOOLS = (Offered(helm, writes=True),)
DOCUMENTS = (Document("ack://helm/commands", "Every helm verb: whether it is offered, and its flags.", as_markdown),)
