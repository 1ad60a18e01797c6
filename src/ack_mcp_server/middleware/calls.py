"""What answers `tools/call`: one way for every call, and one line on stderr about each, without secret or free text."""

import logging
import re
import time
from collections.abc import Awaitable, Collection, Mapping
from typing import Any, Protocol

from mcp.server.context import ServerRequestContext
from mcp.types import CallToolRequestParams, CallToolResult, InputRequiredResult, TextContent

from ack_mcp_server import record
from ack_mcp_server.asking import Unanswered
from ack_mcp_server.errors import NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.middleware.admission import Admission, raw_headers
from ack_mcp_server.middleware.errors import ErrorResults, check_names
from ack_mcp_server.middleware.questions import Asker, OpenQuestions, question_result
from ack_mcp_server.settings import Settings

logger = logging.getLogger("ack_mcp_server.calls")

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:-]{1,80}")


class CallableTool(Protocol):
    """As `tools.registration` makes it."""

    @property
    def argument_names(self) -> Collection[str]: ...

    def call(self, arguments: Mapping[str, Any]) -> Awaitable[CallToolResult]: ...


class ToolCalls:
    """Takes the place of the framework's own handler, whose layers cost several times what most calls do."""

    def __init__(self, settings: Settings, tools: Mapping[str, CallableTool]) -> None:
        self._tools = tools
        self._admission = Admission(settings)
        self._errors = ErrorResults(settings)
        self._questions = OpenQuestions()

    async def __call__(
        self, context: ServerRequestContext[Any, Any], params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        call = record.begin()
        started = time.perf_counter()
        size = 0
        try:
            result = await self._answer(context, params)
            size = _text_bytes(result)
            return result
        except BaseException:
            call.outcome = "cancelled"
            raise
        finally:
            logger.info(
                "caller=%s tool=%s cluster=%s verb=%s object=%s decision=%s ms=%.0f bytes=%d outcome=%s",
                call.caller,
                loggable(params.name),
                loggable(call.cluster),
                loggable(call.verb),
                loggable(call.target),
                call.decision,
                (time.perf_counter() - started) * 1000,
                size,
                call.outcome,
            )

    async def _answer(
        self, context: ServerRequestContext[Any, Any], params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        try:
            return await self._run(context, params)
        except Unanswered as unanswered:
            return question_result(unanswered)
        except Exception as exc:  # noqa: BLE001 - the one place where a defect of ours becomes an answer
            return self._errors.result(exc)

    async def _run(self, context: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> CallToolResult:
        """Raises whatever is wrong around the tool."""
        ask = Asker(context, params, self._questions)
        runtime = context.lifespan_context["runtime"]
        arguments = params.arguments or {}
        progress = context.session.report_progress
        self._admission.admit(params.name, raw_headers(context.request), runtime, ask, progress, arguments)
        tool = self._tools.get(params.name)
        if tool is None:
            raise NotFound(
                f"no such tool: {shown(params.name)}", next_step="tools/list names the tools of this server."
            )
        check_names(arguments, tool.argument_names)
        return await tool.call(arguments)


def _text_bytes(result: CallToolResult | InputRequiredResult) -> int:
    parts = result.content if isinstance(result, CallToolResult) else ()
    return sum(len(part.text.encode()) for part in parts if isinstance(part, TextContent))


def loggable(text: str) -> str:
    """One word, printable, short: a caller cannot forge a line or a field."""
    if _PLAIN_WORD.fullmatch(text):
        return text
    word = "".join(char if char.isprintable() and char not in ' ="' else "_" for char in text[:80])
    return word or "-"
