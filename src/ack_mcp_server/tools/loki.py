"""Toolset `loki`: logs of workloads, where an operator keeps them in Loki."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.loki import search
from ack_mcp_server.services.loki.answer import LogsAnswer
from ack_mcp_server.services.loki.search import Wish
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered


async def search_logs(
    query: Annotated[str, Field(description='LogQL without metrics: {namespace="shop"} |= "error" | json')],
    since: str = "1h",
    until: str = "",
    limit: Annotated[int, Field(ge=1, le=1000)] = 100,
    cluster_id: str = "",
    max_bytes: int = 0,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> LogsAnswer:
    """Search logs of workloads in Loki, also of pods that are gone: the newest lines, by stream. Where nothing is
    found it says which labels there are."""
    wish = Wish(
        query=query, cluster_id=cluster_id, since=since, until=until, limit=limit, max_bytes=max_bytes, token=continue_
    )
    return await search.search_logs(runtime.loki, reach, wish, runtime.now())


TOOLS = (Offered(search_logs),)
