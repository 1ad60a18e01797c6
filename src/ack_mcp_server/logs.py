"""Logs go to stderr, one line each; stdout belongs to the protocol."""

import logging
import sys
import time
import traceback
from collections.abc import Callable

from ack_mcp_server.settings import Settings

logger = logging.getLogger("ack_mcp_server")

MAX_LINE_CHARS = 4_000  # a line is for reading; what is longer was made to fill a disk
ACCEPT_LINES_S = 60  # between two lines about connections that cannot be accepted

# Loggers of libraries that are only interesting when something is wrong with them.
_QUIET = ("asyncio", "httpx", "urllib3", "watchfiles")
# Warns of each request that is no HTTP, which anyone can send without end.
_QUIETER = ("uvicorn",)
# They log a caller's mistake with its text, and the traceback of a defect; the error middleware does both.
_SILENT = ("fastmcp", "mcp")

_ACCEPT_FAILED = "socket.accept() out of system resource"


class _OneLine(logging.Formatter):
    """Times are UTC. Nothing that was logged can begin a line, move the cursor or turn the text around."""

    converter = staticmethod(time.gmtime)

    def __init__(self, *, tracebacks: bool) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        line = self.formatMessage(record)
        exception = record.exc_info[1] if record.exc_info else None
        if exception is None:
            return one_line(line)
        if self._tracebacks:
            return "\n".join([one_line(line), *_indented(exception)])
        # By its type alone: its text may repeat what a caller or an SDK put into it.
        return one_line(f"{line.rstrip()} ({type(exception).__name__})")


def one_line(text: str) -> str:
    """Printable and bounded."""
    if len(text) <= MAX_LINE_CHARS and text.isprintable():
        return text
    # Cut before and after, so that neither the work nor the line grows with the text.
    cut = text[: MAX_LINE_CHARS + 1]
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in cut)
    return shown if len(shown) <= MAX_LINE_CHARS else shown[:MAX_LINE_CHARS] + "…"


def _indented(exception: BaseException) -> list[str]:
    lines = "".join(traceback.format_exception(exception)).split("\n")
    return [f"  {one_line(line)}" for line in lines if line]


class _FewAcceptErrors(logging.Filter):
    """asyncio logs one for every attempt while no file descriptor is free, many times a second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._next = -float("inf")

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name != "asyncio" or not record.getMessage().startswith(_ACCEPT_FAILED):
            return True
        if self._clock() < self._next:
            return False
        self._next = self._clock() + ACCEPT_LINES_S
        return True


def set_up(settings: Settings) -> None:
    """`DEVELOPMENT` means debug lines whatever the level is set to, and tracebacks."""
    level = "DEBUG" if settings.development else settings.log_level
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine(tracebacks=settings.development))
    handler.addFilter(_FewAcceptErrors())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        _at_least(name, level, logging.WARNING)
    for name in _QUIETER:
        _at_least(name, level, logging.WARNING if settings.development else logging.ERROR)
    for name in _SILENT:
        logging.getLogger(name).setLevel(level if settings.development else logging.CRITICAL + 1)


def _at_least(name: str, level: str, least: int) -> None:
    logging.getLogger(name).setLevel(max(logging.getLevelName(level), least))
