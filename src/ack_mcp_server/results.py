"""The two forms of a result: text for models, or the typed value for programs. Errors have the same two.

The one exit of every tool: nothing longer than the operator's ceiling passes, and no error beyond a few kilobytes.
"""

import json
import re
from typing import Any

from mcp.types import CallToolResult, TextContent

from ack_mcp_server import record
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.ceiling import cut_middle, cut_text, cut_value
from ack_mcp_server.answers.marks import disarm
from ack_mcp_server.answers.room import CEILING
from ack_mcp_server.errors import AckError
from ack_mcp_server.settings import ResultFormat

_MESSAGE = 8_000  # bytes of an error's message, and a tenth of it for its next step
_STEP_LINE = re.compile(r"^(?=[ \t]*next[ \t]*:)", re.IGNORECASE | re.MULTILINE)


def answer_result(answer: Answer, result_format: ResultFormat, ceiling: int = CEILING) -> CallToolResult:
    """Raises TooLarge for a typed value that cannot be cut to `ceiling` bytes."""
    if result_format == "text":
        return CallToolResult(content=[_text(cut_text(answer.text(), ceiling))])
    body = cut_value(answer.model_dump(mode="json"), ceiling)
    return CallToolResult(content=[_text(_json(body))], structured_content=body)


def error_result(exc: AckError, result_format: ResultFormat) -> CallToolResult:
    """An error's message may repeat what a cluster said, which can neither look like our lines nor like the step."""
    record.current().outcome = exc.code
    message = cut_middle(_STEP_LINE.sub("> ", disarm(exc.message)), _MESSAGE)
    next_step = cut_middle(exc.next_step, _MESSAGE // 10)
    if result_format == "text":
        step = f"\nNext: {next_step}" if next_step else ""
        return CallToolResult(content=[_text(f"{exc.code}: {message}{step}")], is_error=True)
    body = {"code": exc.code, "message": message, "next_step": next_step}
    return CallToolResult(content=[_text(_json(body))], structured_content=body, is_error=True)


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)
