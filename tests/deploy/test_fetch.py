"""What the image's build fetches is what its checksum says, or nothing."""

import hashlib
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.dockerfile import ROOT

CONTENT = b"#!/bin/sh\necho here\n"
RIGHT = hashlib.sha256(CONTENT).hexdigest()


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/kubectl" else 404)
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is not a log."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(10)


def fetch(url: str, sha256: str, path: Path) -> subprocess.CompletedProcess[str]:
    script = ROOT / "deploy" / "image" / "fetch.py"
    return subprocess.run(
        [sys.executable, str(script), url, sha256, str(path)], capture_output=True, text=True, timeout=20
    )


def test_a_file_of_the_right_checksum_is_there_and_can_be_run(address: str, tmp_path: Path) -> None:
    assert fetch(f"{address}/kubectl", RIGHT, tmp_path / "kubectl").returncode == 0
    assert subprocess.check_output([tmp_path / "kubectl"], text=True) == "here\n"


def test_a_file_of_another_checksum_ends_the_build_and_is_not_left(address: str, tmp_path: Path) -> None:
    result = fetch(f"{address}/kubectl", "0" * 64, tmp_path / "kubectl")
    assert result.returncode == 1
    assert f"has the SHA-256 {RIGHT}, not {'0' * 64}" in result.stderr
    assert [each.name for each in tmp_path.iterdir() if each.name != "home"] == []


def test_an_address_without_the_file_ends_the_build(address: str, tmp_path: Path) -> None:
    assert fetch(f"{address}/other", RIGHT, tmp_path / "kubectl").returncode != 0
    assert not (tmp_path / "kubectl").exists()
