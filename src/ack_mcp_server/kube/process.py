"""The only module that starts a process: kubectl or another program, by argument list, alone in its group, bounded in
time and bytes."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import anyio

from ack_mcp_server.errors import NotEnabled, Unavailable

MAX_BYTES = 4 * 1024 * 1024  # of each stream; the answer is cut much earlier
_CHUNK_BYTES = 64 * 1024
_PIPES_S = 1  # after the process ended, for what is still in its pipes
_REAP_S = 1  # after a kill
_FIRST_LOOK_S, _LAST_LOOK_S = 0.001, 0.02  # between looks whether it has ended


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`ended` says why the process stopped: by itself (empty), or at a limit (then `exit_code` is None)."""

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


async def run_kubectl(
    argv: list[str], *, home: Path, variables: Mapping[str, str], timeout_s: float, stdin: bytes = b""
) -> Outcome:
    """Runs in `home`, where its discovery cache goes. Of the server's variables it sees PATH only.

    Raises NotEnabled without a kubectl, Unavailable when it cannot be started.
    """
    command = [find_kubectl(), *argv]
    return await run_program(command, home=home, variables=variables, timeout_s=timeout_s, stdin=stdin)


async def run_program(
    command: list[str],
    *,
    home: Path,
    variables: Mapping[str, str],
    timeout_s: float,
    stdin: bytes = b"",
    grace_s: float = 0,
) -> Outcome:
    """`command` begins with the program's path. Before it is killed, at a limit of time or because its caller left, it
    is asked to end (SIGTERM) and given `grace_s`. Raises Unavailable when it cannot be started.
    """
    try:
        await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
        given = await asyncio.to_thread(_file_of, stdin, home) if stdin else asyncio.subprocess.DEVNULL
    except OSError as exc:
        raise _no_start(command[0], exc) from exc
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=given,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=home,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), **variables},
            start_new_session=True,
        )
    except OSError as exc:
        raise _no_start(command[0], exc) from exc
    finally:
        if not isinstance(given, int):
            given.close()
    try:
        return await _collect(process, timeout_s)
    finally:
        await _end(process, grace_s)


def _file_of(data: bytes, folder: Path) -> IO[bytes]:
    """Without a name, so that nothing stays; a pipe would have to be fed while its reader's output is read."""
    file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the caller closes it, when the program has its own
    file.write(data)
    file.seek(0)
    return file


def _no_start(program: str, exc: OSError) -> Unavailable:
    return Unavailable(
        f"{Path(program).name} could not be started ({exc.strerror})",
        next_step="The server's machine is short of something.",
    )


async def _collect(process: asyncio.subprocess.Process, timeout_s: float) -> Outcome:
    out, err = _Stream(process.stdout, process), _Stream(process.stderr, process)
    readers = [asyncio.ensure_future(stream.read()) for stream in (out, err)]
    ended = ""
    try:
        async with asyncio.timeout(timeout_s):
            await _exit_of(process)
            # Something that it left behind may hold the pipes open; what it said is there by now.
            await asyncio.wait(readers, timeout=_PIPES_S)
    except TimeoutError:
        ended = f"stopped after {timeout_s:g} s"
    finally:
        for reader in readers:
            reader.cancel()
    if out.full or err.full:
        ended = f"stopped after {MAX_BYTES} bytes"
    code = None if ended else process.returncode
    return Outcome(stdout=bytes(out.data), stderr=bytes(err.data), exit_code=code, ended=ended)


async def _exit_of(process: asyncio.subprocess.Process) -> None:
    """`Process.wait` also waits for the pipes to close, which a child that was left behind may hold open."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while process.returncode is None:  # noqa: ASYNC110 - asyncio tells of the exit in no other way
        # A twentieth of the time so far: what a look comes late by stays small beside what it waited for.
        await asyncio.sleep(min(max((loop.time() - began) / 20, _FIRST_LOOK_S), _LAST_LOOK_S))


class _Stream:
    """Reads a pipe up to the limit, and ends the process there."""

    def __init__(self, reader: asyncio.StreamReader | None, process: asyncio.subprocess.Process) -> None:
        assert reader is not None
        self._reader = reader
        self._process = process
        self.data = bytearray()
        self.full = False

    async def read(self) -> None:
        while not self.full and (chunk := await self._reader.read(_CHUNK_BYTES)):
            self.data += chunk[: MAX_BYTES - len(self.data)]
            self.full = len(self.data) >= MAX_BYTES
        if self.full:
            _signal_group(self._process, signal.SIGKILL)


def _signal_group(process: asyncio.subprocess.Process, sent: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, sent)


async def _end(process: asyncio.subprocess.Process, grace_s: float) -> None:
    """Whatever happened, nothing of the group stays."""
    if grace_s and process.returncode is None:
        _signal_group(process, signal.SIGTERM)
        with anyio.move_on_after(grace_s, shield=True):
            await _exit_of(process)
    _signal_group(process, signal.SIGKILL)
    with anyio.move_on_after(_REAP_S, shield=True):
        await _exit_of(process)
    # Pipes that were not read to their end stay open otherwise; asyncio has no public way to close them.
    process._transport.close()  # type: ignore[attr-defined]
