"""Starts the simulated region beside the server, for this run only."""

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ack_mcp_server.errors import ConfigurationError

READY_S = 20
STOP_S = 5
SOURCES = Path(__file__).parents[1]  # where the sandbox lies, also when nothing is installed


@dataclass(frozen=True)
class SandboxProcess:
    """`settings` are keyed like flags, and come before every other source."""

    facts: Mapping[str, Any]
    flags: Mapping[str, object]

    @property
    def settings(self) -> dict[str, object]:
        key = self.facts["keys"]["administrator"]
        return {
            **dict.fromkeys(("CS_ENDPOINT", "ARMS_ENDPOINT", "SLS_ENDPOINT"), self.facts["cs_endpoint"]),
            "PROMETHEUS_ENDPOINT_MODE": self.flags.get("PROMETHEUS_ENDPOINT_MODE", "ARMS_PUBLIC"),
            "ACCESS_KEY_ID": key["access_key_id"],
            "ACCESS_KEY_SECRET": key["access_key_secret"],
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "",
            "ALIBABA_CLOUD_SECURITY_TOKEN": "",
            # What the environment says about real clusters does not count either; only a flag may.
            "KUBECONFIG_MODE": self.flags.get("KUBECONFIG_MODE", "ACK_PUBLIC"),
            "K8S_IN_CLUSTER": False,
            "DEFAULT_CLUSTER_ID": self.flags.get("DEFAULT_CLUSTER_ID", ""),
            "CLUSTERS": self.flags.get("CLUSTERS", ()),
        }


@contextmanager
def start_sandbox(flags: Mapping[str, object]) -> Iterator[SandboxProcess]:
    """Raises ConfigurationError when keys are given beside it, or when it does not come up."""
    if flags.get("ACCESS_KEY_ID") or flags.get("ACCESS_KEY_SECRET"):
        raise ConfigurationError("--sandbox has keys of its own", next_step="Leave --access-key-id and -secret out.")
    if flags.get("KUBECONFIG_MODE", "ACK_PUBLIC") not in ("ACK_PUBLIC", "ACK_PRIVATE"):
        raise ConfigurationError("--sandbox has kubeconfigs of its own", next_step="Leave --kubeconfig-mode out.")
    # It reads its own stdin and ends when that closes, so it cannot outlive this process, however this one ends.
    process = subprocess.Popen(
        # -P: a file of that name in the working directory must not be taken for it.
        [sys.executable, "-P", "-m", "ack_sandbox", "--until-stdin-closes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**_kept(), "PYTHONPATH": os.pathsep.join(filter(None, (str(SOURCES), os.environ.get("PYTHONPATH"))))},
    )
    try:
        yield SandboxProcess(_ready(process), flags)
    finally:
        _stop(process)


def _kept() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def _ready(process: subprocess.Popen[bytes]) -> Mapping[str, Any]:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(READY_S) else b""
    if not line:
        raise ConfigurationError("the sandbox did not start", next_step="Run python -m ack_sandbox to see why.")
    facts: Mapping[str, Any] = json.loads(line)
    return facts


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
