"""Logs go to stderr, one line each; stdout belongs to the protocol."""

import logging
import sys
import time

from ack_mcp_server.settings import Settings

logger = logging.getLogger("ack_mcp_server")

# Loggers of libraries that are only interesting when something is wrong with them.
_QUIET = ("mcp", "uvicorn", "asyncio", "httpx", "urllib3", "watchfiles")
# The framework logs a caller's mistake, and the traceback of a defect with its text; the error middleware does both.
_SILENT = ("fastmcp",)


class _OneLine(logging.Formatter):
    """Times are UTC; a message cannot begin a line of its own."""

    converter = staticmethod(time.gmtime)

    def formatMessage(self, record: logging.LogRecord) -> str:
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\n  ")


def set_up(settings: Settings) -> None:
    """`DEVELOPMENT` means debug lines whatever the level is set to."""
    level = "DEBUG" if settings.development else settings.log_level
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S"))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.WARNING))
    for name in _SILENT:
        logging.getLogger(name).setLevel(level if settings.development else logging.CRITICAL + 1)
