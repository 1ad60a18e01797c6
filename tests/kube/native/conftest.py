"""Both ways of one command: natively, and by kubectl with the same kubeconfig."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ack_mcp_server.answers.room import Room
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.localconfig import read_local
from ack_mcp_server.kube.native.engine import Engine
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.native.servers import Servers
from ack_mcp_server.kube.parse import parse
from tests.conftest import Region, kubeconfig_of

EVERYTHING = Room(1_000_000_000)


@dataclass(frozen=True)
class Said:
    stdout: str
    stderr: str
    exit_code: int


@dataclass(frozen=True)
class Cluster:
    """One API server, and the file with which both ways reach it."""

    file: Path
    home: Path

    @property
    def kubeconfig(self) -> Kubeconfig:
        found = read_local((self.file,))
        assert found is not None
        return found

    async def natively(self, command: str) -> Said | None:
        """None when the command is left to kubectl. Nothing is redacted and nothing is cut."""
        engine = Engine(Servers(4), unchanged, lambda: datetime.now(UTC), timeout_s=20)
        try:
            printed = await engine.run(parse(command), self.kubeconfig, EVERYTHING)
        except NotUnderstood:
            return None
        finally:
            await engine.close()
        return Said(printed.stdout, printed.stderr, printed.exit_code)

    async def by_kubectl(self, command: str) -> Said:
        words = ["kubectl", *parse(command).argv, f"--kubeconfig={self.file}"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        done = await asyncio.to_thread(
            subprocess.run, words, cwd=self.home, env=environment, capture_output=True, text=True, timeout=30
        )
        return Said(done.stdout, done.stderr, done.returncode)


def unchanged(value: dict[str, Any]) -> dict[str, Any]:
    return value


@pytest.fixture(scope="session")
def cluster(sandbox: Region, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Cluster]:
    """By its role; kubectl keeps what it discovered for the whole session."""
    known: dict[str, Cluster] = {}

    def found(role: str) -> Cluster:
        if role not in known:
            folder = tmp_path_factory.mktemp(role)
            file = folder / "kubeconfig"
            file.write_text(kubeconfig_of(sandbox, role))
            known[role] = Cluster(file, folder)
        return known[role]

    return found
