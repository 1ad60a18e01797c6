"""The server, looked at a thousand times in a second of its CPU time: in which part of the way is it?"""

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from ack_mcp_server import cli

EVERY_S = 0.001
PROFILE_VARIABLE = "BENCH_PROFILE"  # the file that is written at the END
BEGIN, END = signal.SIGUSR1, signal.SIGUSR2
# The innermost frame that is in one of these decides; the standard library belongs to whoever called it.
_PARTS = (
    ("/ack_mcp_server/kube/", "engine"),
    ("/ack_mcp_server/services/", "engine"),
    ("/ack_mcp_server/answers/", "output path"),
    ("/ack_mcp_server/results", "results"),
    ("/ack_mcp_server/middleware/", "our middleware"),
    ("/ack_mcp_server/logs", "log line"),
    ("/ack_mcp_server/web/", "our web layers"),
    ("/ack_mcp_server/tools/", "tool"),
    ("/ack_mcp_server/redaction/", "output path"),
    ("/ack_mcp_server/record", "our middleware"),
    ("/ack_mcp_server/auth/", "our middleware"),
    ("/aiohttp/", "API request"),
    ("/fastmcp/", "FastMCP"),
    ("/mcp/", "MCP session and dispatch"),
    ("/mcp_types/", "MCP session and dispatch"),
    ("/sse_starlette/", "event stream"),
    ("/anyio/", "anyio tasks and streams"),
    ("/pydantic", "pydantic"),
    ("/starlette/", "starlette"),
    ("/uvicorn/", "HTTP server"),
    ("/h11/", "HTTP server"),
    ("/asyncio/", "event loop"),
    ("/uvloop/", "event loop"),
    ("/logging/", "log line"),
    ("/ssl.py", "API request"),
)
_counts: Counter[str] = Counter()
_by_file: dict[str, str | None] = {}


def _part(frame: FrameType | None) -> str:
    while frame is not None:
        name = frame.f_code.co_filename
        if name not in _by_file:
            _by_file[name] = next((part for mark, part in _PARTS if mark in name), None)
        if (part := _by_file[name]) is not None:
            return part
        frame = frame.f_back
    return "event loop"


def _look(_signum: int, frame: FrameType | None) -> None:
    _counts[_part(frame)] += 1


def _begin(_signum: int, _frame: FrameType | None) -> None:
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)


def _end(_signum: int, _frame: FrameType | None) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    report = Path(os.environ[PROFILE_VARIABLE])
    report.with_suffix(".new").write_text(json.dumps(_counts))
    report.with_suffix(".new").rename(report)


def main() -> None:
    for number, handler in ((signal.SIGPROF, _look), (BEGIN, _begin), (END, _end)):
        signal.signal(number, handler)
    sys.exit(cli.main([]))


if __name__ == "__main__":
    main()
