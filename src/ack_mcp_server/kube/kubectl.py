"""Runs one command for a caller: read, judged, bounded, answered in this process or by kubectl, and fitted."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace

from cachetools import TTLCache

from ack_mcp_server import record
from ack_mcp_server.answers.room import Room
from ack_mcp_server.asking import Ask
from ack_mcp_server.errors import CommandFailed, InvalidInput, NotEnabled
from ack_mcp_server.kube.access import Access, Key, KubeAccess
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.disclosure import (
    check_order,
    check_wait,
    not_shown,
    shows_values,
    with_headers,
    without_secret_columns,
)
from ack_mcp_server.kube.discovery import Catalog, read_catalog
from ack_mcp_server.kube.log_reading import as_log
from ack_mcp_server.kube.native.engine import Engine, told
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.output import CommandOutput, answer_to, reason_of, without_named_values
from ack_mcp_server.kube.own_view import own_view
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.policy import judge
from ack_mcp_server.kube.processes import Processes
from ack_mcp_server.kube.relayed import as_json, printed_here
from ack_mcp_server.kube.table.model import Effect, Grammar
from ack_mcp_server.kube.table.verbs import as_text
from ack_mcp_server.kube.writes.writing import Approval, Writing
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import Settings

_CATALOG = ["api-resources", "--output=wide"]
_JOINED_BYTES = 4 * 1024 * 1024  # of one of several namespaces
_TOO_MUCH = f"stopped after {_JOINED_BYTES} bytes of one namespace"
_AWAY_FROM_THE_LOOP = 128 * 1024  # characters; below, a thread costs more than it saves


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a call says besides the command."""

    ask: Ask
    manifest: str = ""
    plan_id: str = ""
    max_bytes: int = 0
    token: str = ""  # where an earlier answer is continued


@dataclass
class Kubectl:
    """Lives as long as the server."""

    settings: Settings
    access: KubeAccess
    engine: Engine
    processes: Processes
    writing: Writing
    _catalogs: TTLCache[Key, Catalog] = field(init=False)

    def __post_init__(self) -> None:
        self._catalogs = TTLCache(self.settings.cache_max_size, self.settings.cache_ttl)

    async def run(self, text: str, cluster_id: str, reach: Reach, wish: Wish) -> CommandOutput:
        """Raises AckError; a non-zero exit is CommandFailed with both streams."""
        call = record.current()
        call.decision = "refuse"
        command = parse(text, writing=self.settings.allow_write)
        call.target = command.target
        judge(command, allow_write=self.settings.allow_write)
        room = self._room(command, cluster_id, wish)
        if command.verb.effect is Effect.WRITE:
            return answer_to(command, await self._changed(command, cluster_id, reach, room, wish), room)
        if wish.manifest or wish.plan_id:
            raise InvalidInput(f"{command.verb.name} takes no manifest and no plan_id", next_step="Leave them out.")
        call.decision = "read"
        if command.verb.name == "options":
            return answer_to(command, Printed([as_text(writing=self.settings.allow_write)]), room)
        access = await self.access.to(cluster_id, reach)
        try:
            with access.in_use():
                return await self._answer(command, access, room)
        except CommandFailed as exc:
            if reason_of(exc.message) != "Unauthorized" or not self.access.forget(access):
                raise
            # A kubeconfig can end early, when somebody revokes it. The command reads, so it may be repeated.
            return await self._answer(command, await self.access.to(cluster_id, reach), room)

    async def _changed(self, command: Command, cluster_id: str, reach: Reach, room: Room, wish: Wish) -> Printed:
        """Begun once more where the kubeconfig was revoked before anything was done. What exec prints may be another
        program's, and a plan may be used up: they are not."""
        access = await self.access.to(cluster_id, reach)
        with access.in_use():  # a person may take minutes to agree
            printed = await self._change(command, access, room, wish)
        refused = printed.exit_code and reason_of(printed.stderr) == "Unauthorized" and not printed.stdout
        if not refused or command.verb.grammar is Grammar.EXEC or not self.access.forget(access) or wish.plan_id:
            return printed
        access = await self.access.to(cluster_id, reach)
        with access.in_use():
            return await self._change(command, access, room, wish)

    async def _change(self, command: Command, access: Access, room: Room, wish: Wish) -> Printed:
        if access.kubeconfig is None:
            raise NotEnabled(
                "this server only reads with a kubeconfig that needs a program or a proxy",
                next_step="Give it one with a token or a client certificate.",
            )
        command = self._where_allowed(command)
        asked = await self.engine.asked(command, access.kubeconfig, room)
        approval = Approval(ask=wish.ask, plan_id=wish.plan_id)
        return await told(lambda asked: self.writing.run(asked, access, wish.manifest, approval), asked)

    def _where_allowed(self, command: Command) -> Command:
        by_manifest = (
            command.verb.grammar in (Grammar.MANIFEST, Grammar.RESOURCES_OR_MANIFEST) and not command.arguments
        )
        if by_manifest and len(self.settings.namespaces) > 1 and not command.namespace:
            return self._in_default_namespace(command)  # each document says its own, and is held against the bounds
        spread = Bounds.of(self.settings).spread(command, self.settings.k8s_namespace)
        return _in_namespace(command, spread[0]) if spread else self._in_default_namespace(command)

    def _room(self, command: Command, cluster_id: str, wish: Wish) -> Room:
        return Room.of(
            wish.max_bytes,
            wish.token,
            budget=self.settings.output_budget,
            ceiling=self.settings.output_ceiling,
            call=[command.verb.name, *command.arguments, *map("=".join, command.flags), cluster_id],
            repeatable=command.verb.effect is not Effect.WRITE,
        )

    async def _answer(self, command: Command, access: Access, room: Room) -> CommandOutput:
        if command.verb.name.startswith("config "):
            return answer_to(command, Printed([own_view(access, self.settings)]), room)
        printed = await self._bounded(command, access, room)
        texts = sum(len(block) for block in printed.blocks if isinstance(block, str))
        if max(texts, room.max_bytes) < _AWAY_FROM_THE_LOOP:  # of tables and logs, no more is kept than the room holds
            return answer_to(command, printed, room)
        return await asyncio.to_thread(answer_to, command, printed, room)

    async def _bounded(self, command: Command, access: Access, room: Room) -> Printed:
        bounds = Bounds.of(self.settings)
        if not bounds:
            return await self._printed(self._in_default_namespace(command), access, room)
        record.current().decision = "refuse"
        bounds.check(command, await self._catalog(access))
        namespaces = bounds.spread(command, self.settings.k8s_namespace)
        record.current().decision = "read"
        if not namespaces:
            return await self._printed(command, access, room)
        if len(namespaces) > 1 and access.kubeconfig and command.verb.name == "get":
            with suppress(NotUnderstood):
                return await self.engine.run(command, access.kubeconfig, room, within=namespaces)
        if len(namespaces) == 1:
            return await self._printed(_in_namespace(command, namespaces[0]), access, room)
        whole = Room(_JOINED_BYTES)  # it is cut when all is there
        return joined({name: await self._printed(_in_namespace(command, name), access, whole) for name in namespaces})

    def _in_default_namespace(self, command: Command) -> Command:
        default = self.settings.k8s_namespace
        takes_one = command.verb.long("namespace") is not None and not command.has("all-namespaces")
        return _in_namespace(command, default) if default and takes_one and not command.namespace else command

    async def _printed(self, command: Command, access: Access, room: Room) -> Printed:
        if access.kubeconfig is None:
            return await self._by_kubectl(command, access, room)
        try:
            return await self.engine.run(command, access.kubeconfig, room)
        except NotUnderstood as exc:
            if shows_values(command):
                raise not_shown(command, str(exc)) from None
        return await self._by_kubectl(command, access, room)

    async def _by_kubectl(self, command: Command, access: Access, room: Room) -> Printed:
        check_order(command)
        check_wait(command)
        if command.verb.name == "get" and not shows_values(command):
            return without_secret_columns(command, await self.processes.run(with_headers(command).argv, access))
        if not shows_values(command):
            printed = await self.processes.run(command.argv, access)
            return as_log(command, printed, room) if command.verb.name == "logs" else printed
        if command.verb.name != "get" or command.is_endless:
            raise not_shown(command)
        fetched = await self.processes.run(as_json(command).argv, access)
        try:
            return await asyncio.to_thread(printed_here, command, fetched, room, self.engine.redact)
        except NotUnderstood as exc:
            raise not_shown(command, str(exc)) from None

    async def _catalog(self, access: Access) -> Catalog:
        if access.kubeconfig:
            return await self.engine.catalog(access.kubeconfig)
        known: Catalog | None = self._catalogs.get(access.key)
        if known is None:
            listed = await self.processes.run(_CATALOG, access)
            known = self._catalogs[access.key] = read_catalog(listed.stdout)
        return known


def joined(outputs: dict[str, Printed]) -> Printed:
    """One namespace after the other, each under its name. What failed in one is told on stderr too."""
    whole = Printed()
    for name, printed in outputs.items():
        tables = list(map(without_named_values, printed.tables))
        shown = replace(printed, blocks=[*tables]).stdout if tables else printed.stdout
        whole.blocks.append(f"# namespace {name}\n{shown or printed.stderr}\n")
        for line in printed.complaints if printed.exit_code or shown else ():
            whole.complaints += [line] if line not in whole.complaints else []
        whole.exit_code = whole.exit_code or printed.exit_code
        whole.ended = whole.ended or printed.ended or (_TOO_MUCH if any(not t.rows.whole for t in tables) else "")
    return whole


def _in_namespace(command: Command, namespace: str) -> Command:
    kept = tuple(flag for flag in command.flags if flag[0] not in ("namespace", "all-namespaces"))
    return replace(command, flags=(*kept, ("namespace", namespace)))
