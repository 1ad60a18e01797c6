"""A real Prometheus over the sandbox's series: a process on a loopback port that dies with the sandbox.

It stores nothing. It reads what a query needs from the sandbox by remote read, so a day of a large cluster costs no
time to load, and its answers follow the region's clock and every write at once.
"""

import asyncio
import ctypes
import json
import re
import shutil
import signal
import tempfile
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("prometheus",)
START_SECONDS = 45
_ADDRESS = re.compile(r'msg="Listening on" address=(127\.0\.0\.1:\d+)')
_READY = "Server is ready to receive web requests"
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_LIBC = ctypes.CDLL(None)


def is_installed() -> bool:
    return all(shutil.which(program) for program in PROGRAMS)


@dataclass
class RealPrometheus:
    url: str  # "http://127.0.0.1:40123"
    _process: Process
    _folder: "tempfile.TemporaryDirectory[str]"
    _drain: "asyncio.Task[None]"

    async def stop(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._drain
        self._folder.cleanup()


async def start(read_url: str) -> RealPrometheus:
    """Raises OSError where it cannot be started. The caller is the main thread, with whose end the process ends."""
    folder = tempfile.TemporaryDirectory(prefix="ack-sandbox-prometheus-")
    config = _configured(folder.name, read_url)
    process = await asyncio.create_subprocess_exec(*_command(folder.name, config), stderr=PIPE, preexec_fn=_bound)
    try:
        async with asyncio.timeout(START_SECONDS):
            address = await _ready(process)
    except BaseException:
        if process.returncode is None:
            process.kill()
        await process.wait()
        folder.cleanup()
        raise
    return RealPrometheus(f"http://{address}", process, folder, asyncio.create_task(_drained(process)))


def _configured(folder: str, read_url: str) -> Path:
    config = Path(folder, "prometheus.json")  # JSON is YAML
    config.write_text(json.dumps({"remote_read": [{"url": read_url, "read_recent": True}]}))
    return config


def _command(folder: str, config: Path) -> list[str]:
    return [
        shutil.which("prometheus") or "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={folder}/data",
        "--web.listen-address=127.0.0.1:0",
        "--storage.remote.read-sample-limit=0",
        "--query.timeout=30s",
        "--log.level=info",
    ]


def _bound() -> None:
    """Between fork and exec: the kernel ends the process when the thread that started it is gone."""
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


async def _ready(process: Process) -> str:
    address = ""
    assert process.stderr is not None
    async for line in process.stderr:
        text = line.decode(errors="replace")
        if found := _ADDRESS.search(text):
            address = found[1]
        if _READY in text and address:
            return address
    raise OSError("prometheus ended before it was ready")


async def _drained(process: Process) -> None:
    assert process.stderr is not None
    async for _ in process.stderr:
        pass
