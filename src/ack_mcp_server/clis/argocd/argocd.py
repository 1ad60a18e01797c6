"""Runs one argocd command for a caller: read, judged, run by argocd, without secrets, and fitted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from ack_mcp_server import record
from ack_mcp_server.answers.room import Room
from ack_mcp_server.clis.argocd.asked import Asked
from ack_mcp_server.clis.argocd.changing import Changing
from ack_mcp_server.clis.argocd.difference import redacted
from ack_mcp_server.clis.argocd.runner import Runner
from ack_mcp_server.clis.argocd.table import TABLE
from ack_mcp_server.clis.calls import Wish, answered, read_by, room_of
from ack_mcp_server.clis.documents import Json
from ack_mcp_server.clis.parse import parse
from ack_mcp_server.clis.policy import check_unbounded, judge
from ack_mcp_server.clis.shown import as_data, as_objects
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.access import Access, KubeAccess
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.log_reading import as_log
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.output import CommandOutput, answer_to
from ack_mcp_server.kube.processes import Processes
from ack_mcp_server.kube.table.model import Effect
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import Settings

_DATA = ("json", "yaml")
_LOG_LINES = "1000"  # of each pod, where no number is named


@dataclass
class Argocd:
    """Lives as long as the server."""

    settings: Settings
    access: KubeAccess
    processes: Processes
    changing: Changing
    redact: Callable[[Json], Json]

    async def run(self, text: str, cluster_id: str, reach: Reach, wish: Wish) -> CommandOutput:
        """Raises AckError; a non-zero exit is CommandFailed with both streams."""
        record.current().decision = "refuse"
        # An application may deploy to a cluster that the server is not bound to.
        check_unbounded(TABLE.program, self.settings, ("--clusters", self.settings.clusters))
        command, verb = parse(text, TABLE)
        record.current().target = command.target
        judge(command, verb, TABLE, allow_write=self.settings.allow_write)
        room = room_of(command, cluster_id, wish, self.settings)
        if verb.effect is Effect.WRITE:
            return await self._change(command, room, await self.access.to(cluster_id, reach), wish)
        if wish.plan_id:
            raise InvalidInput(f"{verb.name} takes no plan_id", next_step="Leave it out.")
        record.current().decision = "read"
        printed = await read_by(self.access, cluster_id, reach, lambda access: self._read(command, access, room))
        return answered(command, printed, room)

    async def _change(self, command: Command, room: Room, access: Access, wish: Wish) -> CommandOutput:
        asked = Asked(command=command, cluster_id=access.cluster_id, caller=access.key[0])
        with access.in_use():  # a person may take minutes to agree
            runner = Runner(self.settings, self.processes, access)
            return answer_to(command, await self.changing.run(asked, runner, wish.ask, wish.plan_id), room)

    async def _read(self, command: Command, access: Access, room: Room) -> Printed:
        printed = await Runner(self.settings, self.processes, access).look(_words(command))
        if not printed.stdout:
            return printed
        if command.verb.name == "argocd app logs" and not printed.exit_code:
            return await asyncio.to_thread(as_log, command, printed, room)
        return replace(printed, blocks=[await asyncio.to_thread(self._shown, command, printed)])

    def _shown(self, command: Command, printed: Printed) -> str:
        form = command.value("output")
        if form in _DATA and not printed.ended:
            return as_data(printed.stdout, form, self.redact, indent=1)
        if command.verb.name == "argocd app manifests":
            return as_objects(printed.stdout, self.redact)
        if command.verb.name == "argocd app diff":
            return redacted(printed.stdout)
        return redact_text(printed.stdout)


def _words(command: Command) -> list[str]:
    """For argocd: YAML is made here, of JSON that was looked through; a difference is an answer, no failure."""
    verb = command.verb.name
    if command.value("output") == "yaml":
        kept = tuple(flag for flag in command.flags if flag[0] != "output")
        return replace(command, flags=(*kept, ("output", "json"))).argv[1:]
    if verb == "argocd app logs" and not (command.value("tail") or command.value("since-seconds")):
        return [*command.argv[1:], f"--tail={_LOG_LINES}"]
    return [*command.argv[1:], *(["--exit-code=false"] if verb == "argocd app diff" else [])]
