"""What a tool is given for one request; FastMCP hides these parameters from the schema."""

from typing import cast

from fastmcp.dependencies import CurrentContext
from fastmcp.server.context import Context

from ack_mcp_server import request
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach


def current_runtime(context: Context = CurrentContext()) -> Runtime:
    return cast(Runtime, context.lifespan_context["runtime"])


def current_reach() -> Reach:
    return request.current.get().reach
