"""A real Prometheus on a loopback port, serving blocks that promtool made of an exposition."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx


@contextmanager
def prometheus(directory: Path, exposition: str) -> Iterator[httpx.Client]:
    """A client of its HTTP API."""
    (directory / "metrics.txt").write_text(exposition)
    (directory / "prometheus.yml").write_text("global: {}\n")
    make = ["promtool", "tsdb", "create-blocks-from", "openmetrics", "metrics.txt", "data"]
    subprocess.run(make, cwd=directory, check=True, capture_output=True)
    address = f"127.0.0.1:{_free_port()}"
    with (directory / "log").open("w") as log:
        process = subprocess.Popen(
            ["prometheus", f"--web.listen-address={address}", "--storage.tsdb.path=data",
             "--config.file=prometheus.yml", "--storage.tsdb.retention.time=100y"],
            cwd=directory, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            with httpx.Client(base_url=f"http://{address}", trust_env=False, timeout=30) as client:
                _ready(client, process)
                yield client
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _ready(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(400):
        assert process.poll() is None, "prometheus ended; its log says why"
        try:
            if client.get("/-/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("prometheus did not get ready")


def asked(client: httpx.Client, path: str, **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(f"/api/v1/{path}", data=parameters).json()
    return answer
