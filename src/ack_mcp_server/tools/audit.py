"""Toolset `audit`: who did what to a cluster's API."""

from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import BeforeValidator, Field

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.audit import trail
from ack_mcp_server.services.audit.asked import AuditFilter
from ack_mcp_server.services.audit.trail import AuditAnswer
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.tools.dependencies import current_reach, current_runtime
from ack_mcp_server.tools.registration import Offered

_MOST_WORDS = 100


def _listed(value: object) -> object:
    """Some callers send one text: get,list. Lists are short before each of their values is looked at."""
    if isinstance(value, list) and len(value) > _MOST_WORDS:
        raise ValueError(f"at most {_MOST_WORDS} words")
    return [value] if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(_listed)]


async def query_audit_log(
    cluster_id: str = "",
    namespace: str = "",
    verbs: Annotated[Words, Field(description="Such as create, delete, patch.")] = [],  # noqa: B006 - read only
    resource_types: Words = [],  # noqa: B006 - as above
    resource_name: Annotated[str, Field(description="May end with *.")] = "",
    user: Annotated[str, Field(description="Whole words of the name.")] = "",
    start_time: str = "24h",
    end_time: str = "",
    limit: Annotated[int, Field(ge=1, le=500)] = 20,
    details: Annotated[bool, Field(description="Also the bodies of writes.")] = False,
    continue_: Annotated[str, Field(alias="continue")] = "",
    reach: Reach = Depends(current_reach),
    runtime: Runtime = Depends(current_runtime),
) -> AuditAnswer:
    """Find who did what in a cluster, and when: Kubernetes API requests, newest first."""
    wanted = AuditFilter.of(
        reach.settings, namespace=namespace, verbs=verbs, resources=resource_types, name=resource_name, user=user
    )
    return await trail.query_audit_log(
        reach, cluster_id, wanted, start=start_time, end=end_time, limit=limit, details=details, now=runtime.now(),
        token=continue_,
    )  # fmt: skip


TOOLS = (Offered(query_audit_log),)
