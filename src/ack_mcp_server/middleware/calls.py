"""One line on stderr for each call: who, what, how long, how it ended. No secret and no free text is in it."""

import logging
import time

from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams, TextContent

from ack_mcp_server import record

logger = logging.getLogger("ack_mcp_server.calls")


class CallLog(Middleware):
    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        call = record.begin()
        started = time.perf_counter()
        size = 0
        try:
            result = await call_next(context)
            size = sum(len(part.text.encode()) for part in result.content if isinstance(part, TextContent))
            return result
        except BaseException:
            call.outcome = "cancelled"
            raise
        finally:
            logger.info(
                "caller=%s tool=%s cluster=%s verb=%s object=%s decision=%s ms=%.0f bytes=%d outcome=%s",
                call.caller,
                loggable(context.message.name),
                loggable(call.cluster),
                loggable(call.verb),
                loggable(call.target),
                call.decision,
                (time.perf_counter() - started) * 1000,
                size,
                call.outcome,
            )


def loggable(text: str) -> str:
    """One word, printable, short: a caller cannot forge a line or a field."""
    word = "".join(char if char.isprintable() and char not in ' ="' else "_" for char in text[:80])
    return word or "-"
