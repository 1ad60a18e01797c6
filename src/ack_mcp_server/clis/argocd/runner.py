"""argocd as a process, for one caller and cluster, without an Argo CD server: --core works on the cluster itself.

While such a command runs, it serves Argo CD's API on a free port of loopback to itself, without a password
(argoproj/argo-cd, cmd/argocd/commands/headless).
"""

import asyncio
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ack_mcp_server.clis.program import find_program, surroundings
from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.processes import GRACE_S, Processes, Surroundings
from ack_mcp_server.kube.scratch import write_private
from ack_mcp_server.settings import Settings

_INSTALL = (
    "Install argocd 2.9 or later and put it on the server's PATH (argo-cd.readthedocs.io/en/stable/cli_installation)."
)


@dataclass(frozen=True)
class Runner:
    """Its calls raise NotEnabled without an argocd or a kubeconfig that it can use, Busy, Unavailable."""

    settings: Settings
    processes: Processes
    access: Access

    async def look(self, words: list[str]) -> Printed:
        """What changes nothing."""
        return await self._run(words, timeout_s=self.settings.kubectl_timeout)

    async def change(self, words: list[str], *, waits: bool) -> Printed:
        """One that `waits` gives up by itself before it is stopped from here; what it began goes on in the cluster."""
        limit = self.settings.helm_timeout
        patience = [f"--timeout={max(int(limit) - GRACE_S, 1)}"] if waits else []
        return await self._run([*words, *patience], timeout_s=limit)

    async def _run(self, words: list[str], *, timeout_s: float) -> Printed:
        command = [find_program("argocd", _INSTALL), *words, "--core"]
        with self.access.in_use():
            making = asyncio.ensure_future(asyncio.to_thread(_home, self.access, self.settings.argocd_namespace))
            try:
                home = await asyncio.shield(making)
                return await self.processes.run_other(command, self.access, _given(self.access, home, timeout_s))
            finally:
                await asyncio.shield(_remove(making))


def _given(access: Access, home: Path, timeout_s: float) -> Surroundings:
    given = surroundings("argocd", access, timeout_s=timeout_s, home=home)
    # By variable, because its parts read it from there alone.
    own = {"KUBECONFIG": str(home / "kubeconfig"), "TMPDIR": str(home)}
    return Surroundings(home=home, variables={**given.variables, **own}, timeout_s=timeout_s)


async def _remove(making: asyncio.Future[Path]) -> None:
    """It leaves what it compared there, Secrets' hashes and all; also one that is being made when its caller leaves."""
    await asyncio.wait([making])
    if not making.exception():
        await asyncio.to_thread(shutil.rmtree, making.result(), ignore_errors=True)


def _home(access: Access, namespace: str) -> Path:
    """A folder for one run, with a kubeconfig whose namespace is Argo CD's, because argocd looks for its own there."""
    if access.kubeconfig is None or access.kubeconfig.insecure:
        raise NotEnabled(
            "argocd is not run with a kubeconfig that needs a program, a proxy, or trusts blindly",
            next_step="Give the server one with a certificate authority, and a token or a client certificate.",
        )
    access.home.mkdir(parents=True, exist_ok=True)
    text = access.kubeconfig.render() if access.operators_files else (access.home / "kubeconfig").read_text()
    config = json.loads(text)
    for context in config["contexts"]:
        context["context"]["namespace"] = namespace
    home = Path(tempfile.mkdtemp(prefix=".argocd-", dir=access.home))
    write_private(home / "kubeconfig", json.dumps(config))
    return home
