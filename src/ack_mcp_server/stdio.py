"""The server on stdio: until the client leaves, or a signal ends it cleanly."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastmcp import FastMCP

from ack_mcp_server.kube.processes import GRACE_S

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SHUTDOWN_S = 5  # for calls in flight, after a signal
LAST_S = SHUTDOWN_S + GRACE_S  # for everything, programs that write down that they were stopped included
STDIN_BYTES = 64 * 1024  # copied at a time


async def serve_stdio(app: FastMCP[Any]) -> None:
    """A stop signal cancels what runs and is an ordinary end: kubectl is killed, the files of the run are removed."""
    serving = asyncio.current_task()
    assert serving is not None
    stdin = _ClientInput()
    stopped = False

    def stop(signum: int) -> None:
        nonlocal stopped
        if stopped:
            return
        stopped = True
        exit_after(LAST_S, 128 + signum)
        stdin.end()
        serving.cancel()

    on_stop_signals(stop)
    try:
        await app.run_stdio_async(show_banner=False)
    except asyncio.CancelledError:
        if not stopped:
            raise
        serving.uncancel()


class _ClientInput:
    """File descriptor 0, made such that it can be ended from within: a thread that reads what the client holds open
    cannot be woken, and the framework waits for its reader before it closes anything."""

    def __init__(self) -> None:
        self._client = os.dup(0)
        self._copy, ours = socket.socketpair()
        os.dup2(ours.detach(), 0)
        threading.Thread(target=self._feed, name="stdin", daemon=True).start()

    def end(self) -> None:
        with suppress(OSError):
            self._copy.shutdown(socket.SHUT_RDWR)

    def _feed(self) -> None:
        with suppress(OSError):
            while data := os.read(self._client, STDIN_BYTES):
                self._copy.sendall(data)
        self.end()


def on_stop_signals(stop: Callable[[int], None]) -> None:
    loop = asyncio.get_running_loop()
    for signum in STOP_SIGNALS:
        # nohup and its like have a signal ignored; it stays so.
        if signal.getsignal(signum) is not signal.SIG_IGN:
            loop.add_signal_handler(signum, stop, signum)


def exit_after(seconds: float, code: int) -> None:
    """For a thread that does not let go: the process ends nevertheless, with 128 + the signal's number."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()
