"""Which objects a change touches: known before anything is asked of the cluster, then looked up as they are."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ack_mcp_server.errors import InvalidInput, TooLarge
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.grammars import named_resources, types_of
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.requests import selection
from ack_mcp_server.kube.native.resolve import Resolver
from ack_mcp_server.kube.native.targets import Target, targets_of
from ack_mcp_server.kube.table.model import Grammar
from ack_mcp_server.kube.writes.change import Touched
from ack_mcp_server.kube.writes.manifests import Document

MOST = 200  # objects of one change
_JSON = "application/json"


async def named_by(asked: Asked, documents: Sequence[Document]) -> list[Touched]:
    """What the command and the manifest name, without a look at any object; a selection has no name.

    Raises UsageError, Refusal, AckError.
    """
    resolver = Resolver(await asked.kinds.now())
    if documents:
        return [_of_document(document, resolver, asked.namespace) for document in documents]
    return [_of_target(target, asked.namespace) for target in _targets(asked.command, resolver)]


def _of_document(document: Document, resolver: Resolver, namespace: str) -> Touched:
    group, _, version = document.api_version.rpartition("/")
    resource = next(
        (
            found
            for found in resolver.catalog.resources
            if (found.group, found.version, found.kind) == (group, version, document.kind)
        ),
        None,
    )
    if resource is None:
        raise InvalidInput(
            f"document {document.index}: the cluster serves no {document.kind} of {document.api_version}",
            next_step="api-resources lists the kinds; a kind's definition is applied in a call of its own before it.",
        )
    place = (document.namespace or namespace) if resource.namespaced else ""
    return Touched(resource=resource, namespace=place, name=document.name)


def _of_target(target: Target, namespace: str) -> Touched:
    place = namespace if target.resource.namespaced else ""
    return Touched(resource=target.resource, namespace=place, name=target.name)


def _targets(command: Command, resolver: Resolver) -> Sequence[Target]:
    grammar = command.verb.grammar
    if grammar is Grammar.NODES:
        names = [name.removeprefix("node/") for name in command.arguments]
        return [Target(resolver.one("nodes"), name) for name in names or [""]]
    if grammar is Grammar.NAME:
        return [Target(resolver.one(types_of(command)[0]), command.arguments[0])]
    if grammar is Grammar.EXEC:
        kind, slash, name = command.arguments[0].partition("/")
        return [Target(resolver.one(kind), name) if slash else Target(resolver.one("pods"), kind)]
    selected = any(command.value(name) for name in ("selector", "field-selector"))
    return targets_of(named_resources(command), resolver, selected=selected).all


async def as_they_are(asked: Asked, named: Sequence[Touched], *, to_be_named: bool) -> tuple[Touched, ...]:
    """The same with their objects. What has no name is a selection, which is unfolded, or `to_be_named` by the server.
    Raises Refusal for what may not be read, AckError."""
    found: list[Touched] = []
    for touched in named:
        if touched.name:
            found.append(await _looked_up(asked, touched))
        else:
            found += [touched] if to_be_named else await _selected(asked, touched)
        if len(found) > MOST:
            raise TooLarge(
                f"this would touch more than {MOST} objects", next_step="Narrow it with names or a selector."
            )
    return tuple(found)


async def _looked_up(asked: Asked, touched: Touched) -> Touched:
    try:
        page = await one(asked, touched.resource.path(touched.namespace, touched.name), None, _JSON, small=True)
    except Refusal as exc:
        if exc.code != 404:
            raise
        return touched
    return replace(touched, before=page.content)


async def _selected(asked: Asked, touched: Touched) -> list[Touched]:
    found: list[Touched] = []
    async for page in pages(asked, touched.resource.path(touched.namespace), selection(asked), _JSON, small=True):
        for item in page.content.get("items") or ():
            whole = {"apiVersion": touched.resource.group_version, "kind": touched.resource.kind, **item}
            found.append(replace(touched, name=_name(item), before=whole))
        if len(found) > MOST:
            break
    return found


def _name(item: dict[str, Any]) -> str:
    return str((item.get("metadata") or {}).get("name", ""))
