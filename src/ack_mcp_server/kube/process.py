"""The only module that starts a process: kubectl, by argument list, alone in its group, bounded in time and bytes."""

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import anyio

from ack_mcp_server.errors import NotEnabled

MAX_BYTES = 4 * 1024 * 1024  # of each stream; the answer is cut much earlier
_CHUNK_BYTES = 64 * 1024
_REAP_S = 1  # after a kill


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`ended` says why the process stopped: by itself, or at a limit (then `exit_code` is None)."""

    stdout: bytes
    stderr: bytes
    exit_code: int | None
    ended: str = ""


def find_kubectl() -> str:
    """Raises NotEnabled when there is none on the PATH."""
    path = shutil.which("kubectl")
    if path is None:
        raise NotEnabled(
            "kubectl is not installed where this server runs",
            next_step="Install kubectl 1.28 or later and put it on the server's PATH (kubernetes.io/docs/tasks/tools).",
        )
    return path


async def run_kubectl(argv: list[str], *, kubeconfig: str, home: Path, timeout_s: float) -> Outcome:
    """Runs in `home`, which it may fill with its discovery cache; sees no variable of the server but PATH."""
    process = await asyncio.create_subprocess_exec(
        find_kubectl(),
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=home,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "KUBECONFIG": kubeconfig},
        start_new_session=True,
    )
    try:
        return await _collect(process, timeout_s)
    finally:
        await _end(process)


async def _collect(process: asyncio.subprocess.Process, timeout_s: float) -> Outcome:
    out, err = bytearray(), bytearray()
    readers = [asyncio.ensure_future(_read(process.stdout, out)), asyncio.ensure_future(_read(process.stderr, err))]
    ended = ""
    try:
        async with asyncio.timeout(timeout_s):
            await asyncio.gather(*readers)
            await process.wait()
    except _Full:
        ended = f"stopped after {MAX_BYTES} bytes"
    except TimeoutError:
        ended = f"stopped after {timeout_s:g} s"
    finally:
        for reader in readers:
            reader.cancel()
    return Outcome(stdout=bytes(out), stderr=bytes(err), exit_code=None if ended else process.returncode, ended=ended)


class _Full(Exception):
    """A stream reached its limit; the rest is left unread."""


async def _read(stream: asyncio.StreamReader | None, into: bytearray) -> None:
    assert stream is not None
    while chunk := await stream.read(_CHUNK_BYTES):
        into += chunk[: MAX_BYTES - len(into)]
        if len(into) >= MAX_BYTES:
            raise _Full


async def _end(process: asyncio.subprocess.Process) -> None:
    """Whatever happened, nothing of the group stays."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    # Pipes that were not read to their end stay open otherwise; asyncio has no public way to close them.
    process._transport.close()  # type: ignore[attr-defined]
    with anyio.move_on_after(_REAP_S, shield=True):
        await process.wait()
