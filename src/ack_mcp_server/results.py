"""The two forms of a result: text for models, or the typed value for programs. Errors have the same two."""

import json

from fastmcp.tools import ToolResult
from mcp.types import TextContent

from ack_mcp_server import record
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.errors import AckError
from ack_mcp_server.settings import ResultFormat


def answer_result(answer: Answer, result_format: ResultFormat) -> ToolResult:
    if result_format == "text":
        return ToolResult(content=[_text(answer.text())])
    body = answer.model_dump(mode="json")
    return ToolResult(content=[_text(json.dumps(body, ensure_ascii=False))], structured_content=body)


def error_result(exc: AckError, result_format: ResultFormat) -> ToolResult:
    record.current().outcome = exc.code
    if result_format == "text":
        step = f"\nNext: {exc.next_step}" if exc.next_step else ""
        return ToolResult(content=[_text(f"{exc.code}: {exc.message}{step}")], is_error=True)
    body = {"code": exc.code, "message": exc.message, "next_step": exc.next_step}
    return ToolResult(content=[_text(json.dumps(body, ensure_ascii=False))], structured_content=body, is_error=True)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)
