"""The processes of the benchmark: our server and the replay server, each on the core that it is told."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SERVING = "serving http at "
START_S = 30


def pin(pid: int, core: int) -> bool:
    """Whether the system has cores to choose from, and this one."""
    if not hasattr(os, "sched_setaffinity") or core >= (os.cpu_count() or 1):
        return False
    os.sched_setaffinity(pid, {core})
    return True


@dataclass(frozen=True)
class Running:
    url: str
    pid: int


@contextmanager
def our_server(kubeconfig: Path, module: str, core: int, more: Mapping[str, str]) -> Iterator[Running]:
    """On streamable HTTP, in the mode LOCAL, without any cloud key; it logs into a file beside the kubeconfig."""
    variables = {
        "KUBECONFIG_MODE": "LOCAL",
        "KUBECONFIG_PATH": str(kubeconfig),
        "MCP_TRANSPORT": "http",
        "HTTP_PORT": "0",
        "HOST": "127.0.0.1",
        **more,
    }
    log = kubeconfig.parent / f"{module}.log"
    with (
        log.open("w") as stderr,
        subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", module], stderr=stderr, env={**os.environ, **variables}
        ) as process,
    ):
        try:
            pin(process.pid, core)
            yield Running(_url(log, process), process.pid)
        finally:
            process.terminate()


def _url(log: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text().splitlines(keepends=True):
            if _SERVING in line and line.endswith("\n"):
                return line.partition(_SERVING)[2].strip()
        time.sleep(0.02)
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")


@dataclass(frozen=True)
class Replaying:
    kubeconfig: str
    process: "subprocess.Popen[str]"

    def seal(self) -> None:
        """From here on it answers only what it was asked before."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()


@contextmanager
def replay(core: int, *words: str) -> Iterator[Replaying]:
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "benchmarks.kube.replay", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        pin(process.pid, core)
        assert process.stdin and process.stdout
        try:
            yield Replaying(process.stdout.readline(), process)
        finally:
            process.stdin.close()
