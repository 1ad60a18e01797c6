"""Whatever goes wrong around a tool becomes an MCP error result with a code, a cause and a next step."""

import difflib
import logging
import traceback
from collections.abc import Collection, Iterable
from pathlib import Path

from mcp.types import CallToolResult

from ack_mcp_server import request
from ack_mcp_server.errors import AckError, InternalError, InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.results import error_result
from ack_mcp_server.settings import Settings

logger = logging.getLogger(__name__)

MAX_NAME_CHARS = 64  # of a name that a nearest one is looked for; no argument of a tool comes near it


class ErrorResults:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def result(self, exc: Exception) -> CallToolResult:
        """A defect of ours is logged, and told without its text."""
        if isinstance(exc, AckError):
            return self._result(exc)
        self._log(exc)
        return self._result(InternalError(f"a defect of this server ({type(_root(exc)).__name__}); it was logged"))

    def _result(self, exc: AckError) -> CallToolResult:
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


def check_names(arguments: Iterable[str], known: Collection[str]) -> None:
    """Raises InvalidInput for an argument that the tool does not have, with the nearest one that it has."""
    unknown = next((name for name in arguments if name not in known), None)
    if unknown is None:
        return
    names = sorted(known)
    # The search takes time with the length of the name, in which nobody else is served.
    near = difflib.get_close_matches(unknown, names, n=1, cutoff=0.5) if len(unknown) <= MAX_NAME_CHARS else []
    hint = f"Did you mean {near[0]}? " if near else ""
    takes = f"The tool takes {', '.join(names)}." if names else "The tool takes no arguments."
    raise InvalidInput(f"unknown argument {shown(unknown)}", next_step=hint + takes)
