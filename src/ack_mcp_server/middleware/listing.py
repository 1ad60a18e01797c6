"""The list of tools as a client is shown it: with the schemas of typed results for those who want them."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import mcp.types as mt
from fastmcp.server.context import Context
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import Tool
from mcp import MCPError
from starlette.requests import Request as HttpRequest

from ack_mcp_server.errors import AckError, InvalidInput
from ack_mcp_server.middleware.admission import raw_headers, result_format
from ack_mcp_server.settings import ResultFormat, Settings


class Listing(Middleware):
    def __init__(self, settings: Settings, schema_of: Callable[[str], dict[str, Any]]) -> None:
        self._settings = settings
        # Made when somebody asks, because they would take a third of the time that building the server takes.
        self._schema_of = cache(schema_of)

    async def on_list_tools(
        self,
        context: MiddlewareContext[mt.ListToolsRequest],
        call_next: CallNext[mt.ListToolsRequest, Sequence[Tool]],
    ) -> Sequence[Tool]:
        structured = self._format(context) == "structured"
        tools = await call_next(context)
        if not structured:
            return tools
        return [tool.model_copy(update={"output_schema": self._schema_of(tool.name)}) for tool in tools]

    def _format(self, context: MiddlewareContext[mt.ListToolsRequest]) -> ResultFormat:
        """Raises MCPError: a list has no error result to put a refusal into."""
        assert context.fastmcp_context is not None, "FastMCP runs every request in a context"
        try:
            return result_format(raw_headers(_http_request(context.fastmcp_context)), self._settings)
        except AckError as exc:
            code = mt.INVALID_PARAMS if isinstance(exc, InvalidInput) else mt.INTERNAL_ERROR
            raise MCPError(code, f"{exc.code}: {exc.message}\nNext: {exc.next_step}") from None


def _http_request(context: Context) -> HttpRequest | None:
    return context.request_context.request if context.request_context else None
