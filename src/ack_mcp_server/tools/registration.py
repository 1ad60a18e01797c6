"""From a tool function to a tool: every answer and every error leaves through here, in the format asked for."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastmcp.resources import Resource
from fastmcp.tools import FunctionTool, Tool, ToolResult
from mcp.types import Tool as McpTool
from mcp.types import ToolAnnotations

from ack_mcp_server import request
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.errors import AckError
from ack_mcp_server.results import answer_result, error_result

ToolFunction = Callable[..., Awaitable[Answer]]


@dataclass(frozen=True)
class Offered:
    """One tool of a toolset: its function, whose docstring the model reads, and whether it changes anything."""

    function: ToolFunction
    reads: bool = True


@dataclass(frozen=True)
class Document:
    """Something that a client may read: Markdown under a URI."""

    uri: str
    about: str
    text: Callable[[], str]


def as_resource(document: Document) -> Resource:
    return Resource.from_function(
        document.text,
        uri=document.uri,
        name=document.uri.rpartition("/")[2],
        description=document.about,
        mime_type="text/markdown",
    )


class _LeanTool(FunctionTool):
    """Listed without the framework's own notes: every listed word is paid for by every model that connects."""

    def to_mcp_tool(self, **overrides: Any) -> McpTool:
        return super().to_mcp_tool(**{"_meta": None, "title": None, **overrides})


def as_tool(offered: Offered) -> Tool:
    """The tool without an output schema; a client that wants typed results is shown it when it lists."""
    return _LeanTool.from_function(
        _answering(offered.function),
        name=offered.function.__name__,
        annotations=ToolAnnotations(read_only_hint=offered.reads, destructive_hint=not offered.reads),
        output_schema=None,
    )


def output_schema(function: ToolFunction) -> dict[str, Any]:
    """Of the typed result, as JSON Schema."""
    answer: type[Answer] = inspect.signature(function, eval_str=True).return_annotation
    return answer.model_json_schema(mode="serialization")


def _answering(function: ToolFunction) -> Callable[..., Awaitable[ToolResult]]:
    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> ToolResult:
        result_format = request.current.get().result_format
        try:
            return answer_result(await function(*args, **kwargs), result_format)
        except AckError as exc:
            # Turned into a result here: on its way through the framework an exception would be logged with its cause,
            # and an SDK's exception holds signed headers.
            return error_result(exc, result_format)

    return call
