"""One command on one cluster, as the native verbs are given it."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ack_mcp_server.answers.log_tail import LogTail
from ack_mcp_server.answers.room import Room
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.connection import Connection
from ack_mcp_server.kube.native.kinds import Kinds
from ack_mcp_server.kube.native.resolve import Resolver
from ack_mcp_server.kube.native.said import NoSuchType, UsageError
from ack_mcp_server.kube.native.targets import Targets, targets_of

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """`redact` takes the secrets out of an object before anything is printed of it. `room` is what the answer holds;
    nothing beyond it needs to be kept. `within` are the namespaces that "all" means, where it does not mean all.
    `until` is the end of the command's time on the loop's clock: what was not returned by then is lost."""

    command: Command
    connection: Connection
    kinds: Kinds
    redact: Callable[[Json], Json]
    now: Callable[[], datetime]
    room: Room
    warnings: list[str]
    # Takes a log as it streams by, whether its lines are stamped or not; without one the end of it is kept as it is.
    log_reader: Callable[[bool], LogTail] | None = None
    within: tuple[str, ...] = ()
    until: float = math.inf

    @property
    def namespace(self) -> str:
        return self.command.namespace or self.connection.namespace

    @property
    def everywhere(self) -> bool:
        return self.command.has("all-namespaces")

    def none_found(self, what: str = "resources") -> str:
        """As kubectl tells an empty list."""
        return f"No {what} found" + ("" if self.everywhere else f" in {self.namespace} namespace.")

    def places(self, resource: Resource) -> tuple[str, ...]:
        """The namespaces in which a list of the kind is asked for; an empty one is the whole cluster."""
        if not resource.namespaced:
            return ("",)
        return (self.within or ("",)) if self.everywhere else (self.namespace,)

    def warn(self, texts: Iterable[str]) -> None:
        """As kubectl tells a server's warnings: each once."""
        lines = (f"Warning: {text}" for text in texts)
        self.warnings.extend(dict.fromkeys(line for line in lines if line not in self.warnings))

    async def targets(self) -> Targets:
        """Raises UsageError, Refusal, AckError."""
        resolver = Resolver(await self.kinds.now())
        selected = any(self.command.value(name) for name in ("selector", "field-selector"))
        try:
            found = targets_of(self.command.arguments, resolver, everywhere=self.everywhere, selected=selected)
        except NoSuchType:
            # A kind may be new: a CRD that was made a moment ago.
            if not await self.kinds.refreshed():
                raise
            return await self.targets()
        self.warn(resolver.warnings)
        if self.command.value("subresource") and not found.named:
            raise UsageError("error: subresource cannot be used when bulk resources are specified")
        return found
