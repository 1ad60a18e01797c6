"""The server as a process of its own: started, talked to, and read."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import Region

MODULE = [sys.executable, "-m", "ack_mcp_server"]


def environment(region: Region | None = None, **more: str) -> dict[str, str]:
    found = {**os.environ, **more}
    if region is not None:
        key = region.key()
        found |= {
            "CS_ENDPOINT": region.endpoint,
            "ACCESS_KEY_ID": key["access_key_id"],
            "ACCESS_KEY_SECRET": key["access_key_secret"],
        }
    return found


def run(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MODULE, *arguments], input=stdin, capture_output=True, text=True, env=environment(None, **more), timeout=30
    )


@contextmanager
def started(*command: str, region: Region, **more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(region, **more),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe and not pipe.closed:
                pipe.close()


def send(process: subprocess.Popen[str], message: dict[str, Any]) -> None:
    assert process.stdin
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def talk(process: subprocess.Popen[str], message: dict[str, Any]) -> dict[str, Any]:
    send(process, message)
    assert process.stdout
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def serving_url(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    lines: list[str] = []
    assert process.stderr
    for line in process.stderr:
        lines.append(line)
        if found := re.search(r"serving (?:http|sse) at (http://\S+)", line):
            return found.group(1), lines
    raise AssertionError("".join(lines))


def fake_kubectl(directory: Path, script: str) -> dict[str, Path]:
    """On a PATH that begins with the directory; with the files that it and the server are given."""
    program = directory / "kubectl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    kubeconfig = directory / "kubeconfig"
    kubeconfig.write_text("{}")
    return {"pid": directory / "pid", "kubeconfig": kubeconfig}


def read_when_there(path: Path) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")
