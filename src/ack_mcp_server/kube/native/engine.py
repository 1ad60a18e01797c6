"""Answers commands in this process, without kubectl, where it can do so exactly as kubectl does."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ack_mcp_server.answers.log_tail import LogTail
from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import CommandFailed, DeadlineExceeded, UnexpectedAnswer
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.discovery import Catalog
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.cluster.api_resources import api_resources
from ack_mcp_server.kube.native.cluster.api_versions import api_versions
from ack_mcp_server.kube.native.cluster.can_i import can_i
from ack_mcp_server.kube.native.cluster.cluster_info import cluster_info
from ack_mcp_server.kube.native.cluster.version import version
from ack_mcp_server.kube.native.cluster.whoami import whoami
from ack_mcp_server.kube.native.events.run import events
from ack_mcp_server.kube.native.get.run import get
from ack_mcp_server.kube.native.logs.run import logs
from ack_mcp_server.kube.native.missing import with_absence
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.rollout.history import history
from ack_mcp_server.kube.native.rollout.status import status
from ack_mcp_server.kube.native.said import JsonPathError, NotUnderstood, UsageError
from ack_mcp_server.kube.native.servers import Servers
from ack_mcp_server.kube.native.top.run import top

Verb = Callable[[Asked], Awaitable[Printed]]

VERBS: Mapping[str, Verb] = {
    "get": get,
    "logs": logs,
    "events": events,
    "top": top,
    "api-resources": api_resources,
    "api-versions": api_versions,
    "version": version,
    "auth can-i": can_i,
    "auth whoami": whoami,
    "cluster-info": cluster_info,
    "rollout status": status,
    "rollout history": history,
}
_LEFT_TO_KUBECTL = ("v", "request-timeout")


@dataclass
class Engine:
    """Lives as long as the server. `redact` takes the secrets out of an object."""

    servers: Servers
    redact: Callable[[Json], Json]
    now: Callable[[], datetime]
    timeout_s: float
    # Makes what reads the logs of a command; without it they are kept as they are.
    log_reader: Callable[[Command, Room], Callable[[bool], LogTail]] | None = None
    verbs: Mapping[str, Verb] = field(default_factory=lambda: VERBS)

    async def run(self, command: Command, kubeconfig: Kubeconfig, room: Room, within: tuple[str, ...] = ()) -> Printed:
        """`within`: the namespaces that -A means, for `get` alone.

        Raises NotUnderstood for what is left to kubectl, AckError.
        """
        verb = self.verbs.get(command.verb.name)
        if verb is None or any(command.value(name) for name in _LEFT_TO_KUBECTL):
            raise NotUnderstood("not answered natively")
        try:
            async with asyncio.timeout(self.timeout_s) as bound:
                asked = await self.asked(command, kubeconfig, room)
                printed = await told(verb, replace(asked, within=within, until=bound.when() or math.inf))
                return await with_absence(asked, printed)
        except TimeoutError as exc:
            raise self._too_slow() from exc

    async def asked(self, command: Command, kubeconfig: Kubeconfig, room: Room) -> Asked:
        """The command, with the connection that it is answered by. Raises ConfigurationError, InvalidInput."""
        server = await self.servers.at(kubeconfig)
        return Asked(
            command=command,
            connection=server.connection,
            kinds=server.kinds,
            redact=self.redact,
            now=self.now,
            room=room,
            warnings=[],
            log_reader=self.log_reader and self.log_reader(command, room),
        )

    async def catalog(self, kubeconfig: Kubeconfig) -> Catalog:
        """The kinds of the cluster. Raises AckError."""
        try:
            async with asyncio.timeout(self.timeout_s):
                return await (await self.servers.at(kubeconfig)).kinds.now()
        except Refusal as exc:
            raise CommandFailed(exc.line, next_step="Without the list of its kinds nothing is done here.") from exc
        except TimeoutError as exc:
            raise self._too_slow() from exc

    def _too_slow(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"the API server gave no whole answer in {self.timeout_s:g} s",
            next_step="Ask for less, or try again; if it lasts, the API server or the way to it is slow.",
        )

    async def close(self) -> None:
        await self.servers.close()


async def told(verb: Verb, asked: Asked) -> Printed:
    """What a verb comes to, in kubectl's words where kubectl or the API server refuses.

    Raises NotUnderstood, AckError.
    """
    try:
        return await verb(asked)
    except (UsageError, Refusal) as exc:
        return Printed(complaints=[*asked.warnings, exc.line], exit_code=1)
    except JsonPathError as exc:
        return Printed(complaints=[*asked.warnings, exc.stderr], exit_code=1)
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as exc:
        raise UnexpectedAnswer(
            f"what the API server answered to {asked.command.verb.name} could not be read ({type(exc).__name__})",
            next_step="Try again; if it lasts, ask for one kind at a time to see whose server answers wrongly.",
        ) from exc
