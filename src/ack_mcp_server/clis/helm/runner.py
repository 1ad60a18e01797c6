"""helm as a process, for one caller and cluster."""

from dataclasses import dataclass

from ack_mcp_server.clis.program import find_program, surroundings
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.processes import GRACE_S, Processes
from ack_mcp_server.settings import Settings

_INSTALL = "Install helm 3.12 or later and put it on the server's PATH (helm.sh/docs/intro/install)."


@dataclass(frozen=True)
class Runner:
    """Its calls raise NotEnabled without a helm, Busy, Unavailable."""

    settings: Settings
    processes: Processes
    access: Access

    async def look(self, words: list[str], stdin: bytes = b"") -> Printed:
        """What changes nothing."""
        return await self._run(words, stdin, timeout_s=self.settings.kubectl_timeout)

    async def change(self, words: list[str], stdin: bytes = b"") -> Printed:
        """helm itself gives up waiting before it is stopped from here."""
        limit = self.settings.helm_timeout
        words = [*words, f"--timeout={max(int(limit) - GRACE_S, 1)}s"]
        return await self._run(words, stdin, timeout_s=limit, grace_s=GRACE_S)

    async def _run(self, words: list[str], stdin: bytes, *, timeout_s: float, grace_s: float = 0) -> Printed:
        command = [find_program("helm", _INSTALL), *words, *self.access.flags]
        given = surroundings("helm", self.access, timeout_s=timeout_s, grace_s=grace_s)
        return await self.processes.run_other(command, self.access, given, stdin)
