"""Runs one helm command for a caller: read, judged, run by helm, without secrets, and fitted."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from ack_mcp_server import record
from ack_mcp_server.clis.calls import Wish, answered, read_by, room_of
from ack_mcp_server.clis.documents import Json, read_values
from ack_mcp_server.clis.helm.asked import Asked
from ack_mcp_server.clis.helm.changing import Changing
from ack_mcp_server.clis.helm.charts import Repositories
from ack_mcp_server.clis.helm.policy import judge
from ack_mcp_server.clis.helm.runner import Runner
from ack_mcp_server.clis.helm.shown import asked_as, shown
from ack_mcp_server.clis.helm.table import TABLE, Takes
from ack_mcp_server.clis.parse import parse
from ack_mcp_server.clis.policy import check_unbounded
from ack_mcp_server.clis.table import CliVerb
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.access import Access, KubeAccess
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.output import CommandOutput, answer_to
from ack_mcp_server.kube.processes import Processes
from ack_mcp_server.kube.table.model import Effect
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import Settings


@dataclass
class Helm:
    """Lives as long as the server. Raises ConfigurationError when it is made with repositories that cannot be read."""

    settings: Settings
    access: KubeAccess
    processes: Processes
    changing: Changing
    redact: Callable[[Json], Json]
    _repositories: Repositories = field(init=False)

    def __post_init__(self) -> None:
        self._repositories = Repositories.of(self.settings.helm_repositories)

    async def run(self, text: str, cluster_id: str, reach: Reach, wish: Wish) -> CommandOutput:
        """Raises AckError; a non-zero exit is CommandFailed with both streams."""
        record.current().decision = "refuse"
        check_unbounded("helm", self.settings)
        command, verb = parse(text, TABLE)
        record.current().target = command.target
        judge(command, verb, allow_write=self.settings.allow_write)
        if verb.effect is Effect.WRITE:
            return await self._change(command, verb, cluster_id, reach, wish)
        if wish.values or wish.plan_id:
            raise InvalidInput(f"{verb.name} takes no values and no plan_id", next_step="Leave them out.")
        chart = self._repositories.words(command.arguments[0]) if verb.takes is Takes.CHART else None
        record.current().decision = "read"
        printed = await read_by(self.access, cluster_id, reach, lambda access: self._read(command, chart, access))
        return answered(command, printed, room_of(command, cluster_id, wish, self.settings))

    async def _read(self, command: Command, chart: list[str] | None, access: Access) -> Printed:
        if chart is not None:
            words = [*command.verb.name.split()[1:], *chart, *command.argv[len(command.verb.name.split()) + 1 :]]
        else:
            words = asked_as(command.verb.name, self._placed(command, access).argv[1:])
        printed = await Runner(self.settings, self.processes, access).look(words)
        if printed.exit_code or not printed.stdout:
            return printed
        form = command.value("output")
        text = await asyncio.to_thread(shown, command.verb.name, form, printed.stdout, self.redact)
        return replace(printed, blocks=[text])

    def _placed(self, command: Command, access: Access) -> Command:
        """In the default namespace, where one is known and none is named."""
        if command.namespace or command.has("all-namespaces") or command.verb.long("namespace") is None:
            return command
        name = self._default_namespace(access)
        return replace(command, flags=(*command.flags, ("namespace", name))) if name else command

    def _default_namespace(self, access: Access) -> str:
        own = access.kubeconfig.namespace or "default" if access.kubeconfig else ""
        return self.settings.k8s_namespace or own

    async def _change(
        self, command: Command, verb: CliVerb, cluster_id: str, reach: Reach, wish: Wish
    ) -> CommandOutput:
        room = room_of(command, cluster_id, wish, self.settings)
        if wish.values and verb.takes is not Takes.RELEASE_CHART:
            raise InvalidInput(f"{verb.name} takes no values", next_step="Leave them out.")
        chart = tuple(self._repositories.words(command.arguments[1])) if verb.takes is Takes.RELEASE_CHART else ()
        values = json.dumps(await asyncio.to_thread(read_values, wish.values)).encode() if wish.values else b""
        access = await self.access.to(cluster_id, reach)
        namespace = command.namespace or self._default_namespace(access)
        if not namespace:
            raise InvalidInput(f"{verb.name} names no namespace", next_step="Name it with -n.")
        asked = Asked(
            command=command,
            namespace=namespace,
            cluster_id=access.cluster_id,
            caller=access.key[0],
            chart=chart,
            values=values,
            revision=command.arguments[1] if len(command.arguments) > 1 and not chart else "",
        )
        runner = Runner(self.settings, self.processes, access)
        with access.in_use():  # a person may take minutes to agree
            return answer_to(command, await self.changing.run(asked, runner, wish.ask, wish.plan_id), room)
