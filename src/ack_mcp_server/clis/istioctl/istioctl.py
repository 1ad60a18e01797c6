"""Runs one istioctl command for a caller: read, judged, run by istioctl, without secrets, and fitted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from ack_mcp_server import record
from ack_mcp_server.clis.calls import Wish, answered, read_by, room_of
from ack_mcp_server.clis.documents import Json
from ack_mcp_server.clis.istioctl.table import TABLE
from ack_mcp_server.clis.parse import parse
from ack_mcp_server.clis.policy import check_unbounded, judge
from ack_mcp_server.clis.program import find_program, surroundings
from ack_mcp_server.clis.shown import as_data
from ack_mcp_server.kube.access import Access, KubeAccess
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.output import CommandOutput
from ack_mcp_server.kube.processes import Processes
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import Settings

FOUND = 79  # istioctl's exit code of an analysis that found something: an answer, no failure
_INSTALL = (
    "Install istioctl of the mesh's version and put it on the server's PATH (istio.io/docs/setup/getting-started)."
)
_WITH_NAMESPACE = ("istioctl analyze", "istioctl proxy-config", "istioctl experimental", "istioctl waypoint")


@dataclass
class Istioctl:
    """Lives as long as the server."""

    settings: Settings
    access: KubeAccess
    processes: Processes
    redact: Callable[[Json], Json]

    async def run(self, text: str, cluster_id: str, reach: Reach, wish: Wish) -> CommandOutput:
        """Raises AckError; a non-zero exit is CommandFailed with both streams."""
        record.current().decision = "refuse"
        check_unbounded(TABLE.program, self.settings)
        command, verb = parse(text, TABLE)
        record.current().target = command.target
        judge(command, verb, TABLE, allow_write=False)
        record.current().decision = "read"
        printed = await read_by(self.access, cluster_id, reach, lambda access: self._read(command, access))
        return answered(command, printed, room_of(command, cluster_id, wish, self.settings))

    async def _read(self, command: Command, access: Access) -> Printed:
        words = [find_program(TABLE.program, _INSTALL), *_words(self._placed(command, access)), *access.flags]
        given = surroundings(TABLE.program, access, timeout_s=self.settings.kubectl_timeout)
        printed = await self.processes.run_other(words, access, given)
        if command.verb.name == "istioctl analyze" and printed.exit_code == FOUND:
            printed = replace(printed, exit_code=0)
        if not printed.stdout:
            return printed
        return replace(printed, blocks=[await asyncio.to_thread(self._shown, command, printed)])

    def _shown(self, command: Command, printed: Printed) -> str:
        form = _form(command)
        if form in ("json", "yaml") and not printed.ended:
            return as_data(printed.stdout, form, self.redact, indent=1)
        return redact_text(printed.stdout)

    def _placed(self, command: Command, access: Access) -> Command:
        """In the default namespace, where one is known and none is named; a pod may name its own after a dot."""
        if command.namespace or command.has("all-namespaces") or not command.verb.name.startswith(_WITH_NAMESPACE):
            return command
        own = access.kubeconfig.namespace if access.kubeconfig else ""
        name = self.settings.k8s_namespace or own
        return replace(command, flags=(*command.flags, ("namespace", name))) if name else command


def _form(command: Command) -> str:
    """A bootstrap is JSON where nothing else is asked for."""
    return command.value("output") or ("json" if command.verb.name.endswith(" bootstrap") else "")


def _words(command: Command) -> list[str]:
    """For istioctl: YAML is made here, of JSON that was looked through."""
    if _form(command) not in ("json", "yaml"):
        return [*command.argv[1:], *(["--color=false"] if command.verb.name == "istioctl analyze" else [])]
    kept = tuple(flag for flag in command.flags if flag[0] != "output")
    return replace(command, flags=(*kept, ("output", "json"))).argv[1:]
