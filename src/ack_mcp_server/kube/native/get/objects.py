"""Objects in the formats that show their fields, or their names."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from ack_mcp_server.errors import TooLarge
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.get.formats import ObjectRows, Printer, printer_of, rows_of
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.printed import Block, Printed
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.requests import explained, selection
from ack_mcp_server.kube.native.targets import Target, Targets
from ack_mcp_server.kube.printing.sorting import sort_rows

# Several hundred objects; in memory they are ten times as large.
MAX_HELD_BYTES = 16 * 1024 * 1024
_AWAY_FROM_THE_LOOP = 64 * 1024  # printing YAML takes half a second a megabyte
_PARTIAL = "application/json;as=PartialObjectMetadata{};g=meta.k8s.io;v=v1,application/json"


async def print_objects(asked: Asked, form: str, pattern: str) -> Printed:
    """Raises NotUnderstood, UsageError, JsonPathError, AckError."""
    printer = printer_of(asked.command, form, pattern, asked.room)
    rows = rows_of(asked.command, form, pattern, asked.room)
    targets = await asked.targets()
    printed = Printed(redacted=True)
    found = _found(asked, targets, printed, names_only=form == "name")
    if rows and not asked.command.value("sort-by"):
        printed.blocks = await _rows(rows, found, targets)
    else:
        printed.blocks = await _document(asked, printer, found, targets)
    printed.complaints[:0] = asked.warnings
    return printed


async def _rows(rows: ObjectRows, found: AsyncIterator[tuple[int, list[Json]]], targets: Targets) -> list[Block]:
    number = 0
    async for _, items in found:
        for item in items:
            rows.add(item)
            number += 1
    return [rows.block()] if number or not targets.single else []


async def _document(
    asked: Asked, printer: Printer, found: AsyncIterator[tuple[int, list[Json]]], targets: Targets
) -> list[Block]:
    items, held = [], 0
    async for size, more in found:
        held += size
        if held > MAX_HELD_BYTES:
            raise TooLarge(
                f"the objects are more than {MAX_HELD_BYTES // 1024 // 1024} MiB",
                next_step="Narrow them with a namespace, names or -l; tables, -o name and -o custom-columns take more.",
            )
        items += more
    if not items and (targets.single or asked.command.has("ignore-not-found")):
        return []
    if path := asked.command.value("sort-by"):
        items = [items[place] for place in sort_rows(items, path)]
    document = items[0] if targets.single else _list_of(items)
    large = held > _AWAY_FROM_THE_LOOP
    return await asyncio.to_thread(printer, document) if large else printer(document)


def _list_of(items: list[Json]) -> Json:
    return {"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}}


async def _found(
    asked: Asked, targets: Targets, printed: Printed, *, names_only: bool
) -> AsyncIterator[tuple[int, list[Json]]]:
    """Objects without secrets, as they come, with the bytes that they took on the wire."""
    for target in targets.all:
        try:
            async for size, items in _of_target(asked, target, names_only=names_only):
                yield size, items if names_only else await _shown(asked, size, items)
        except Refusal as exc:
            if not (exc.code == 404 and asked.command.has("ignore-not-found")):
                printed.fail((await explained(exc, target, asked)).line)


async def _shown(asked: Asked, size: int, items: list[Json]) -> list[Json]:
    """Without secrets, which takes up to a second for each megabyte of text that is full of them."""

    def redacted() -> list[Json]:
        return [asked.redact(_trimmed(item, asked)) for item in items]

    return await asyncio.to_thread(redacted) if size > _AWAY_FROM_THE_LOOP else redacted()


async def _of_target(asked: Asked, target: Target, *, names_only: bool) -> AsyncIterator[tuple[int, list[Json]]]:
    resource = target.resource
    accept = _PARTIAL.format("" if target.name else "List") if names_only else "application/json"
    if target.name:
        path = resource.path(asked.namespace, target.name, asked.command.value("subresource"))
        answer = await one(asked, path, None, accept, small=names_only)
        yield answer.size, [_typed(answer.content, resource, names_only=names_only)]
        return
    for namespace in asked.places(resource):
        path = resource.path(namespace)
        async for page in pages(asked, path, selection(asked), accept, small=names_only):
            items = page.content.get("items") or ()
            yield page.size, [_typed(item, resource, names_only=names_only, page=page.content) for item in items]


def _typed(item: Json, resource: Resource, *, names_only: bool, page: Json | None = None) -> Json:
    """Items of a list say no kind of their own; those of a reduced list say a wrong one."""
    if names_only:
        return {**item, "kind": resource.kind, "apiVersion": resource.group_version}
    if page is None or "kind" in item:
        return item
    return {"apiVersion": page.get("apiVersion", ""), "kind": str(page.get("kind", "")).removesuffix("List"), **item}


def _trimmed(item: Json, asked: Asked) -> Json:
    metadata: Any = item.get("metadata")
    if asked.command.has("show-managed-fields") or not isinstance(metadata, dict) or "managedFields" not in metadata:
        return item
    return {**item, "metadata": {name: value for name, value in metadata.items() if name != "managedFields"}}
