"""The composition root: the FastMCP server with its lifetime, its middleware, and the tools of the chosen toolsets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from typing import Any

from fastmcp import FastMCP
from mcp.server.request_state import RequestStateSecurity
from mcp.types import CallToolRequestParams

from ack_mcp_server import __version__, toolsets
from ack_mcp_server.kube.scratch import Scratch
from ack_mcp_server.middleware.calls import ToolCalls
from ack_mcp_server.middleware.listing import Listing
from ack_mcp_server.middleware.questions import SEALED_S
from ack_mcp_server.prompts import offered as prompts
from ack_mcp_server.runtime import Runtime, utc_now
from ack_mcp_server.settings import Settings
from ack_mcp_server.tools.registration import Document, Offered, Prepared, as_resource, as_tool, output_schema
from ack_mcp_server.toolsets import Toolset


def build_app(settings: Settings, now: Callable[[], datetime] = utc_now) -> FastMCP[Any]:
    """Raises ConfigurationError for toolsets that do not exist."""
    chosen = toolsets.chosen(settings)
    modules = [import_module(toolset.module) for toolset in chosen]
    names = {name for toolset in chosen for name in toolset.offered(allow_write=settings.allow_write)}
    tools: list[Offered] = [tool for module in modules for tool in module.TOOLS if tool.function.__name__ in names]
    offered = {tool.function.__name__: tool for tool in tools}.values()
    documents: list[Document] = [document for module in modules for document in getattr(module, "DOCUMENTS", ())]

    @asynccontextmanager
    async def lifespan(_app: FastMCP[Any]) -> AsyncIterator[dict[str, Any]]:
        runtime = Runtime(settings, await asyncio.to_thread(Scratch), now)
        try:
            yield {"runtime": runtime}
        finally:
            await runtime.close()

    functions = {tool.function.__name__: tool.function for tool in offered}
    app: FastMCP[Any] = FastMCP(
        "ack-mcp-server",
        version=__version__,
        instructions=instructions(chosen, allow_write=settings.allow_write),
        lifespan=lifespan,
        middleware=[Listing(settings, lambda tool: output_schema(functions[tool]))],
        mask_error_details=True,
        request_state_security=RequestStateSecurity.ephemeral(ttl=SEALED_S),
        on_duplicate="error",
    )
    schemas = {}
    for tool in offered:
        listed = app.add_tool(as_tool(tool, allow_write=settings.allow_write))
        schemas[listed.name] = listed.parameters
    for document in documents:
        app.add_resource(as_resource(document))
    for prompt in prompts.offered(schemas):
        app.add_prompt(prompt)
    prepared = {name: Prepared(function) for name, function in functions.items()}
    take_calls(app, ToolCalls(settings, prepared), schemas)
    return app


def take_calls(app: FastMCP[Any], calls: ToolCalls, schemas: Mapping[str, Any]) -> None:
    """Every call of a tool, on every transport, goes to `calls` and not into the framework."""
    inner = app._mcp_server
    inner.add_request_handler("tools/call", CallToolRequestParams, calls)
    # Without it the framework makes a whole list of tools before each call of the later era, to look one up.
    inner.get_tool_input_schema = schemas.get


def instructions(chosen: tuple[Toolset, ...], *, allow_write: bool = False) -> str:
    """What a model is told about the server; it names only tools that are on."""
    told = ((toolset, ", ".join(toolset.offered(allow_write=allow_write))) for toolset in chosen)
    sets = "; ".join(f"{toolset.name}: {toolset.about} ({tools})" for toolset, tools in told)
    return f"Operates Alibaba Cloud ACK clusters. {sets}. An error names its next step; an empty list means none exist."
