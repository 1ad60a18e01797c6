"""Runs one kubectl command for a caller: read, judged, bounded, run, and said what came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from cachetools import TTLCache

from ack_mcp_server import record
from ack_mcp_server.errors import CommandFailed
from ack_mcp_server.kube.access import Access, Key, KubeAccess
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.discovery import Catalog, read_catalog
from ack_mcp_server.kube.output import CommandOutput, joined, output_of, reason_of
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.policy import judge
from ack_mcp_server.kube.process import Outcome, run_kubectl
from ack_mcp_server.kube.table.verbs import as_text
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.slots import Busy, Slots
from ack_mcp_server.settings import Settings
from ack_mcp_server.timerange import rfc3339

PROCESSES = 16  # each costs tens of megabytes
PROCESSES_OF_A_KEY = 8
_CATALOG = ["api-resources", "--output=wide"]


@dataclass
class Kubectl:
    """Lives as long as the server."""

    settings: Settings
    access: KubeAccess
    _catalogs: TTLCache[Key, Catalog] = field(init=False)
    _slots: Slots = field(default_factory=lambda: Slots(PROCESSES, PROCESSES_OF_A_KEY), init=False)

    def __post_init__(self) -> None:
        self._catalogs = TTLCache(self.settings.cache_max_size, self.settings.cache_ttl)

    async def run(self, text: str, cluster_id: str, reach: Reach) -> CommandOutput:
        """Raises AckError; a non-zero exit is CommandFailed with both streams."""
        call = record.current()
        call.decision = "refuse"
        command = parse(text)
        call.target = command.target
        judge(command, allow_write=self.settings.allow_write)
        call.decision = "read"
        if command.verb.name == "options":
            return CommandOutput(stdout=as_text())
        access = await self.access.to(cluster_id, reach)
        try:
            return await self._answer(command, access)
        except CommandFailed as exc:
            if reason_of(exc.message) != "Unauthorized" or not self.access.forget(access):
                raise
            # A kubeconfig can end early, when somebody revokes it. The command reads, so it may be repeated.
            return await self._answer(command, await self.access.to(cluster_id, reach))

    async def _answer(self, command: Command, access: Access) -> CommandOutput:
        if command.verb.name.startswith("config "):
            return CommandOutput(stdout=self._own_view(access))
        return await self._run_bounded(command, access)

    async def _run_bounded(self, command: Command, access: Access) -> CommandOutput:
        bounds = Bounds.of(self.settings)
        if not bounds:
            return await self._output(self._in_default_namespace(command), access)
        record.current().decision = "refuse"
        bounds.check(command, await self._catalog(access))
        namespaces = bounds.spread(command, self.settings.k8s_namespace)
        record.current().decision = "read"
        if not namespaces:
            return await self._output(command, access)
        outputs = [await self._output(_in_namespace(command, name), access) for name in namespaces]
        return joined(namespaces, outputs)

    def _in_default_namespace(self, command: Command) -> Command:
        default = self.settings.k8s_namespace
        takes_one = command.verb.long("namespace") is not None and not command.has("all-namespaces")
        return _in_namespace(command, default) if default and takes_one and not command.namespace else command

    async def _catalog(self, access: Access) -> Catalog:
        known: Catalog | None = self._catalogs.get(access.key)
        if known is None:
            known = read_catalog(output_of(await self._process(_CATALOG, access), limit=None).stdout)
            self._catalogs[access.key] = known
        return known

    async def _output(self, command: Command, access: Access) -> CommandOutput:
        return output_of(await self._process(command.argv, access), endless=command.is_endless)

    async def _process(self, argv: list[str], access: Access) -> Outcome:
        timeout_s = self.settings.kubectl_timeout
        with access.in_use():
            async with self._slot(access.key[0]):
                words, variables = [*argv, *access.flags], access.variables
                return await run_kubectl(words, home=access.home, variables=variables, timeout_s=timeout_s)

    @asynccontextmanager
    async def _slot(self, caller: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.settings.kubectl_timeout):
                give_back = await self._slots.take(caller)
        except TimeoutError as exc:
            raise Busy(
                f"this server runs as many commands as it may ({PROCESSES}, {PROCESSES_OF_A_KEY} of one key)",
                next_step="Wait for some of them to end, then try again.",
            ) from exc
        try:
            yield
        finally:
            give_back()

    def _own_view(self, access: Access) -> str:
        """Never the kubeconfig itself."""
        facts = {
            "cluster": access.cluster_id,
            "kubeconfig mode": access.key[2],
            "API server": access.server or "as in the operator's kubeconfig",
            "credential": f"fingerprint {access.key[0]}" if access.expires else "the server's own",
            "until": rfc3339(access.expires) if access.expires else "",
            "default namespace": self.settings.k8s_namespace,
            "bound to namespaces": ", ".join(self.settings.namespaces),
            "kinds never touched": ", ".join(self.settings.deny_kinds),
        }
        return "\n".join(f"{name}: {value}" for name, value in facts.items() if value)


def _in_namespace(command: Command, namespace: str) -> Command:
    kept = tuple(flag for flag in command.flags if flag[0] not in ("namespace", "all-namespaces"))
    return replace(command, flags=(*kept, ("namespace", namespace)))
