"""Cold start over stdio beside a bare FastMCP server, in the same run: `python -m benchmarks.startup`.

Time from spawning the process to its answer to `initialize`, and resident memory after `tools/list`. The two servers
take turns, so that whatever else the machine does falls on both.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

RUNS = 10
TIME_LIMIT_MS = 120
MEMORY_LIMIT_MIB = 30

BARE = "from fastmcp import FastMCP; FastMCP('bare').run(show_banner=False)"
OURS = [sys.executable, "-m", "ack_mcp_server"]

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}


@dataclass(frozen=True)
class Start:
    milliseconds: float
    mebibytes: float


def start(command: Sequence[str]) -> Start:
    """One cold start of a server."""
    environment = {**os.environ, "FASTMCP_CHECK_FOR_UPDATES": "off"}
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - the two commands above
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as server:
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        server.stdin.flush()
        server.stdout.readline()
        milliseconds = (time.perf_counter() - began) * 1000
        server.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in (INITIALIZED, LIST)))
        server.stdin.flush()
        server.stdout.readline()
        mebibytes = _resident_mebibytes(server.pid)
        server.stdin.close()
    return Start(milliseconds, mebibytes)


def _resident_mebibytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("the kernel told no resident size")


def main() -> None:
    bare_command = [sys.executable, "-c", BARE]
    start(bare_command), start(OURS)  # warms the file cache for both
    pairs = [(start(bare_command), start(OURS)) for _ in range(RUNS)]
    bare, ours = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    _report("initialize", "ms", [s.milliseconds for s in bare], [s.milliseconds for s in ours], TIME_LIMIT_MS)
    _report("RSS", "MiB", [s.mebibytes for s in bare], [s.mebibytes for s in ours], MEMORY_LIMIT_MIB)


def _report(what: str, unit: str, bare: list[float], ours: list[float], limit: float) -> None:
    floor, median = statistics.median(bare), statistics.median(ours)
    sys.stdout.write(
        f"{what}: bare FastMCP {floor:.0f} {unit} ({min(bare):.0f}-{max(bare):.0f}), "
        f"ack-mcp-server {median:.0f} {unit} ({min(ours):.0f}-{max(ours):.0f}), "
        f"difference {median - floor:+.0f} {unit} (limit {limit:.0f}), medians of {RUNS}\n"
    )


if __name__ == "__main__":
    main()
