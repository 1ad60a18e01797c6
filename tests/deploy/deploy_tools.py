"""Helm's engine and a Dockerfile linter in an environment of their own; `make deploy-tools` installs them.

Helm is a library of another runtime, with signal handlers of its own, so it works in a child process, not in pytest.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PYTHON = HERE / ".venv" / "bin" / "python"
TALLY = HERE / ".venv" / "bin" / "tally"
CHART = HERE.parents[1] / "deploy" / "helm"

needs_deploy_tools = pytest.mark.skipif(not TALLY.exists(), reason="make deploy-tools has not been run")


class Refused(Exception):
    """What Helm says instead of rendering."""


class Helm:
    """One child for all questions of a module."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, what: str, **arguments: Any) -> Any:
        """Raises Refused."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"what": what, "chart": str(CHART), **arguments}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["answer"]

    def render(self, kubeconfig: str = "", **values: Any) -> dict[str, str]:
        """The text of each template by its file's name, as for a release `ack-mcp-server` in kube-system."""
        cluster = {"kubeconfig": kubeconfig} if kubeconfig else {}
        rendered: dict[str, str] = self.ask("render", values=values, **cluster)
        return {Path(name).name: text for name, text in rendered.items() if text.strip()}


@contextmanager
def helm_engine() -> Iterator[Helm]:
    process = subprocess.Popen(
        [PYTHON, str(HERE / "helm_engine.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout
    try:
        yield Helm(process)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
