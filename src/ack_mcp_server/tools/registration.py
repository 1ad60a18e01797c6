"""From a tool function to a tool: every answer and every error leaves through here, in the format asked for."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FunctionType
from typing import Any

from fastmcp.dependencies import Dependency
from fastmcp.resources import Resource
from fastmcp.tools import FunctionTool, Tool, ToolResult
from mcp.types import CallToolResult, ToolAnnotations
from mcp.types import Tool as McpTool
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ack_mcp_server import request
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.errors import AckError, InternalError, InvalidInput
from ack_mcp_server.results import answer_result, error_result

ToolFunction = Callable[..., Awaitable[Answer]]


@dataclass(frozen=True)
class Offered:
    """One tool of a toolset: its function, whose docstring the model reads, and whether it changes anything: never, or
    where the server may write (`writes`). One that `begins` something in the cloud changes nothing of a cluster, and
    begins it again each time."""

    function: ToolFunction
    reads: bool = True
    writes: bool = False
    begins: bool = False


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


class _Listed(FunctionTool):
    """Shown without the framework's own notes: every listed word is paid for by every model that connects. It is not
    called through the framework, whose way has no admission."""

    def to_mcp_tool(self, **overrides: Any) -> McpTool:
        return super().to_mcp_tool(**{"_meta": None, "title": None, **overrides})

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        raise InternalError(f"{self.name} was called past its admission")


def as_tool(offered: Offered, *, allow_write: bool = False) -> Tool:
    """As it is listed: without an output schema; a client that wants typed results is shown it when it lists."""
    changes = not offered.reads or (offered.writes and allow_write)
    return _Listed.from_function(
        _without_docstring(offered.function),
        name=offered.function.__name__,
        description=inspect.getdoc(offered.function),
        annotations=ToolAnnotations(
            read_only_hint=not (changes or offered.begins),
            destructive_hint=changes,
            idempotent_hint=False if offered.begins else None,
        ),
        output_schema=None,
    )


def _without_docstring(function: ToolFunction) -> ToolFunction:
    """The framework looks a docstring over for sections in three styles, twice, with a parser that takes 40 ms to
    import: half of what a server's start takes beyond the framework's own. Ours have none."""
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__, copy.__annotations__ = function.__kwdefaults__, function.__annotations__
    copy.__doc__ = None
    return copy


class Prepared:
    """As it is called: the arguments' types and what the tool is given beside them, looked up once."""

    def __init__(self, function: ToolFunction) -> None:
        self._function = function
        parameters = inspect.signature(function, eval_str=True).parameters.values()
        self._given = {each.name: _factory(each) for each in parameters if isinstance(each.default, Dependency)}
        self._taken = [each for each in parameters if each.name not in self._given]
        self.argument_names = frozenset(map(_told_name, self._taken))

    async def call(self, arguments: Mapping[str, Any]) -> CallToolResult:
        """Raises InvalidInput for values that do not fit; what the tool itself refuses is a result."""
        values = self._checked(arguments)
        given = {name: factory() for name, factory in self._given.items()}
        asked = request.current.get()
        try:
            answer = await self._function(**values, **given)
            return answer_result(answer, asked.result_format, asked.runtime.settings.output_ceiling)
        except AckError as exc:
            return error_result(exc, asked.result_format)

    def _checked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            checked: dict[str, Any] = self._adapter.validate_python(arguments)
        except ValidationError as exc:
            problems = [f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()]
            raise InvalidInput("; ".join(problems[:5]), next_step="Correct these arguments and call again.") from None
        return checked

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        def taken(**values: Any) -> dict[str, Any]:
            return values

        taken.__signature__ = inspect.Signature(self._taken)  # type: ignore[attr-defined]  # read by pydantic
        taken.__annotations__ = {each.name: each.annotation for each in self._taken}
        return TypeAdapter(taken)  # type: ignore[arg-type]  # it takes functions too


def _told_name(parameter: inspect.Parameter) -> str:
    """As the tool's schema has it: some names are words of Python, such as `continue`."""
    fields = (found for found in getattr(parameter.annotation, "__metadata__", ()) if isinstance(found, FieldInfo))
    return next((field.alias for field in fields if field.alias), parameter.name)


def _factory(parameter: inspect.Parameter) -> Callable[[], Any]:
    """Only what needs nothing itself: a plain function without parameters."""
    factory: Callable[[], Any] = parameter.default.factory
    if inspect.signature(factory).parameters or inspect.iscoroutinefunction(factory):
        raise TypeError(f"{parameter.name} depends on something that needs more than a call")
    return factory


def output_schema(function: ToolFunction) -> dict[str, Any]:
    """Of the typed result, as JSON Schema."""
    answer: type[Answer] = inspect.signature(function, eval_str=True).return_annotation
    return answer.model_json_schema(mode="serialization")
