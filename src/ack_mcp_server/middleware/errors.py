"""Whatever goes wrong around a tool becomes an MCP error result with a code, a cause and a next step."""

import difflib
import logging
import traceback
from collections.abc import Iterable
from pathlib import Path

from fastmcp.exceptions import NotFoundError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams
from pydantic import ValidationError as PydanticValidationError

from ack_mcp_server import request
from ack_mcp_server.errors import AckError, InternalError, InvalidInput, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.results import error_result
from ack_mcp_server.settings import Settings

logger = logging.getLogger(__name__)

MAX_NAME_CHARS = 64  # of a name that a nearest one is looked for; no argument of a tool comes near it


class ErrorResults(Middleware):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        try:
            return await call_next(context)
        except AckError as exc:
            return self._result(exc)
        except ValidationError as exc:
            return self._result(_bad_argument(exc))
        except NotFoundError:
            return self._result(NotFound(f"no such tool: {shown(context.message.name)}",
                                           next_step="tools/list names the tools of this server."))  # fmt: skip
        except Exception as exc:  # noqa: BLE001 - the one place where a defect of ours becomes an answer
            self._log(exc)
            return self._result(InternalError(f"a defect of this server ({type(_root(exc)).__name__}); it was logged"))

    def _result(self, exc: AckError) -> ToolResult:
        known = request.current.get(None)
        return error_result(exc, known.result_format if known else self._settings.result_format)

    def _log(self, exc: Exception) -> None:
        if self._settings.development:
            logger.error("unexpected error", exc_info=exc)
            return
        # Without its text, which may repeat what a caller or an SDK put into it.
        root = _root(exc)
        frames = reversed(traceback.extract_tb(root.__traceback__))
        where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        logger.error("unexpected %s at %s", type(root).__name__, where)


def _root(exc: BaseException) -> BaseException:
    return _root(exc.__cause__) if exc.__cause__ is not None else exc


def _bad_argument(exc: ValidationError) -> InvalidInput:
    cause = exc.__cause__
    if not isinstance(cause, PydanticValidationError):
        return InvalidInput("the arguments do not fit the tool's schema", next_step="tools/list shows the schema.")
    problems = [f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in cause.errors()]
    return InvalidInput("; ".join(problems[:5]), next_step="Correct these arguments and call again.")


def check_names(arguments: Iterable[str], known: Iterable[str]) -> None:
    """Raises InvalidInput for an argument that the tool does not have, with the nearest one that it has."""
    names = sorted(known)
    unknown = next((name for name in arguments if name not in names), None)
    if unknown is None:
        return
    # The search takes time with the length of the name, in which nobody else is served.
    near = difflib.get_close_matches(unknown, names, n=1, cutoff=0.5) if len(unknown) <= MAX_NAME_CHARS else []
    hint = f"Did you mean {near[0]}? " if near else ""
    takes = f"The tool takes {', '.join(names)}." if names else "The tool takes no arguments."
    raise InvalidInput(f"unknown argument {shown(unknown)}", next_step=hint + takes)
