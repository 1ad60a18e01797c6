"""Before a tool runs: is it offered, who asks, and do the arguments have the right names.

Roles, limits and metrics belong here too: each is one more check between `begin` and the call.
"""

from typing import cast

from fastmcp.server.context import Context
from fastmcp.server.dependencies import get_http_request
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams

from ack_mcp_server import record, request, toolsets
from ack_mcp_server.auth.resolve import Identity
from ack_mcp_server.errors import InternalError, InvalidInput, NotEnabled, Unauthenticated
from ack_mcp_server.identifiers import shown
from ack_mcp_server.middleware.errors import check_names
from ack_mcp_server.request import Request
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.settings import ResultFormat, Settings

FORMAT_HEADER = b"x-result-format"
KEYLESS_TOOLS = frozenset({"get_current_time"})  # they reach nothing
WITHOUT_HEADERS = (None, "stdio")  # transports; None is a client in this process


class Admission(Middleware):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._offered = {tool for toolset in toolsets.chosen(settings.toolsets) for tool in toolset.tools}

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        headers = raw_headers(_fastmcp_context(context))
        # The format comes first, so that every refusal below is already in it.
        format_wanted = result_format(headers, self._settings)
        runtime = cast(Runtime, _fastmcp_context(context).lifespan_context["runtime"])
        reach = runtime.reach(headers)
        request.current.set(Request(reach=reach, result_format=format_wanted))
        record.current().caller = reach.account.identity.fingerprint
        self._check_offered(context.message.name)
        self._check_key(context.message.name, reach.account.identity)
        await _check_arguments(context)
        return await call_next(context)

    def _check_offered(self, tool: str) -> None:
        toolset = toolsets.owner(tool)
        if toolset is None or tool in self._offered:
            return
        record.current().decision = "refuse"
        raise NotEnabled(
            f"{tool} is not offered: the toolset {toolset.name} is off",
            next_step=f"Start the server with --toolsets including {toolset.name}.",
        )

    def _check_key(self, tool: str, identity: Identity) -> None:
        """Here and not where a key is used, because not every tool uses one: kubectl may have a kubeconfig without."""
        if tool in KEYLESS_TOOLS:
            return
        try:
            identity.check_brings_required_key()
        except Unauthenticated:
            record.current().decision = "refuse"
            raise


def raw_headers(context: Context) -> list[tuple[bytes, bytes]]:
    """The request's headers, repeated ones included; none on stdio and in this process. Raises InternalError for an
    HTTP request that cannot be found: without its headers it would act as the server."""
    try:
        return list(get_http_request().scope["headers"])
    except RuntimeError:
        if context.transport in WITHOUT_HEADERS:
            return []
        raise InternalError("the HTTP request of this call cannot be found") from None


def result_format(headers: list[tuple[bytes, bytes]], settings: Settings) -> ResultFormat:
    """As the header asks, else as the server is set. Raises InvalidInput for an unknown one."""
    value = next((value.decode("latin-1").strip() for name, value in headers if name.lower() == FORMAT_HEADER), "")
    if not value:
        return settings.result_format
    if value in ("text", "structured"):
        return cast(ResultFormat, value)
    raise InvalidInput(
        f"X-Result-Format is {shown(value)}", next_step="Send X-Result-Format: text or structured, or leave it out."
    )


def _fastmcp_context(context: MiddlewareContext[CallToolRequestParams]) -> Context:
    assert context.fastmcp_context is not None, "FastMCP runs every call in a context"
    return context.fastmcp_context


async def _check_arguments(context: MiddlewareContext[CallToolRequestParams]) -> None:
    tool = await _fastmcp_context(context).fastmcp.get_tool(context.message.name)
    if tool is not None:
        check_names(context.message.arguments or {}, tool.parameters.get("properties", {}))
