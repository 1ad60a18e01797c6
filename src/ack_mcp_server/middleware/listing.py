"""The list of tools as a client is shown it: with the schemas of typed results for those who want them."""

from collections.abc import Sequence

import mcp.types as mt
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import Tool

from ack_mcp_server.middleware.admission import raw_headers, result_format
from ack_mcp_server.settings import Settings


class Listing(Middleware):
    def __init__(self, settings: Settings, schemas: dict[str, dict[str, object]]) -> None:
        self._settings = settings
        self._schemas = schemas

    async def on_list_tools(
        self,
        context: MiddlewareContext[mt.ListToolsRequest],
        call_next: CallNext[mt.ListToolsRequest, Sequence[Tool]],
    ) -> Sequence[Tool]:
        tools = await call_next(context)
        structured = result_format(raw_headers(), self._settings) == "structured"
        if not structured:
            return tools
        return [tool.model_copy(update={"output_schema": self._schemas.get(tool.name)}) for tool in tools]
