"""Tables as the API server renders them, with the columns that kubectl adds."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from ack_mcp_server.answers.rows import RowWindow
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.printed import Printed, block_of
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.requests import explained, selection
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.native.targets import Target, Targets
from ack_mcp_server.kube.printing.sorting import sort_table
from ack_mcp_server.kube.printing.table import column_texts

_ACCEPT = ",".join([*(f"application/json;as=Table;v={v};g=meta.k8s.io" for v in ("v1", "v1beta1")), "application/json"])


async def print_tables(asked: Asked) -> Printed:
    """Raises NotUnderstood, UsageError, Refusal for the only object that was asked for, AckError."""
    targets = await asked.targets()
    kinds = len({target.resource for target in targets.all})
    if asked.command.value("sort-by") and kinds > 1:
        raise NotUnderstood  # kubectl then sorts the tables themselves
    printed = Printed()
    layout = _Layout.of(asked, several=kinds > 1)
    for _, same in groupby(targets.all, key=lambda target: target.resource):
        layout = await _print_kind(asked, list(same), layout, printed)
    printed.complaints[:0] = asked.warnings
    if not any(printed.blocks) and not printed.exit_code and not asked.command.has("ignore-not-found"):
        printed.complaints.append(_nothing_found(asked, targets))
    return printed


def _nothing_found(asked: Asked, targets: Targets) -> str:
    namespaced = all(target.resource.namespaced for target in targets.all)
    return asked.none_found() if namespaced else "No resources found"


@dataclass(frozen=True)
class _Layout:
    """What is added to a row. The namespace's column stays once it was there."""

    wide: bool
    with_kind: bool
    with_namespace: bool
    labels: tuple[str, ...]
    show_labels: bool
    headed: bool

    @classmethod
    def of(cls, asked: Asked, *, several: bool) -> "_Layout":
        command = asked.command
        columns = [value for name, value in command.flags if name == "label-columns"]
        return cls(
            wide=command.value("output") == "wide",
            with_kind=several or command.has("show-kind"),
            with_namespace=False,
            labels=tuple(part for value in columns for part in value.split(",")),
            show_labels=command.has("show-labels"),
            headed=not command.has("no-headers"),
        )

    @property
    def needs_metadata(self) -> bool:
        return self.with_namespace or self.show_labels or bool(self.labels)

    def headers(self, columns: Sequence[str]) -> tuple[str, ...]:
        labels = (label.rpartition("/")[2].upper() for label in self.labels)
        whole = ("LABELS",) if self.show_labels else ()
        return (*(("NAMESPACE",) if self.with_namespace else ()), *(name.upper() for name in columns), *labels, *whole)


async def _print_kind(asked: Asked, targets: list[Target], layout: _Layout, printed: Printed) -> _Layout:
    resource = targets[0].resource
    if asked.everywhere and resource.namespaced:
        layout = replace(layout, with_namespace=True)
    kind = resource.group_kind if layout.with_kind else ""
    window: RowWindow | None = None
    sortable: list[tuple[list[str], Json]] = []
    async for table in _tables(asked, targets, layout, printed):
        if table.get("kind") != "Table":
            raise NotUnderstood  # an aggregated server that renders no tables
        shown = _shown(table, layout)
        if window is None:
            window = _window(asked, table, shown, layout, printed)
        rows = _rows(table, shown, layout, kind)
        if asked.command.value("sort-by"):
            objects = (_sorted_by(asked, row["object"]) for row in table.get("rows") or ())
            sortable += zip(rows, objects, strict=True)
            continue
        window.extend(rows)
    if window is not None:
        block = block_of(resource.plural, window, _sorted(sortable, asked), headed=layout.headed)
        printed.blocks += [block] if block.rows.total else []
        printed.unsorted += len(sortable) - block.rows.total if sortable else 0
    return layout


_PLAIN_PATH = re.compile(r"\{?\.?(\w+(\.\w+)*)((\.|\[).*)?\}?")


def _sorted_by(asked: Asked, found: Json) -> Json:
    """The part of an object that an order is by, so that a list's other fields need not be held."""
    shown = asked.redact(found)
    plain = _PLAIN_PATH.fullmatch(asked.command.value("sort-by"))
    return _only(shown, plain[1].split(".")) if plain else shown


def _only(found: Any, names: Sequence[str]) -> Any:
    if not names or not isinstance(found, dict):
        return found
    return {names[0]: _only(found[names[0]], names[1:])} if names[0] in found else {}


def _window(asked: Asked, table: Json, shown: list[int], layout: _Layout, printed: Printed) -> RowWindow:
    names = [table["columnDefinitions"][place]["name"] for place in shown]
    ordered = bool(asked.command.value("sort-by"))
    return RowWindow(layout.headers(names), printed.room_left(asked.room), table=len(printed.blocks), ordered=ordered)


def _sorted(rows: list[tuple[list[str], Json]], asked: Asked) -> list[list[str]]:
    if not rows:
        return []
    order = sort_table([found for _, found in rows], asked.command.value("sort-by"))
    return [rows[place][0] for place in order]


async def _tables(asked: Asked, targets: list[Target], layout: _Layout, printed: Printed) -> AsyncIterator[Json]:
    sorts = bool(asked.command.value("sort-by"))
    include = "Object" if sorts else "Metadata" if layout.needs_metadata else "None"
    query = {"includeObject": include, **selection(asked)}
    for target in targets:
        try:
            async for table in _of_target(asked, target, query, small=not sorts):
                yield table
        except Refusal as exc:
            if not (exc.code == 404 and asked.command.has("ignore-not-found")):
                printed.fail((await explained(exc, target, asked)).line)


async def _of_target(asked: Asked, target: Target, query: dict[str, str], *, small: bool) -> AsyncIterator[Json]:
    if target.name:
        path = target.resource.path(asked.namespace, target.name, asked.command.value("subresource"))
        yield (await one(asked, path, {"includeObject": query["includeObject"]}, _ACCEPT, small=small)).content
        return
    for namespace in asked.places(target.resource):
        path = target.resource.path(namespace)
        async for page in pages(asked, path, query, _ACCEPT, small=small):
            yield page.content


def _shown(table: Json, layout: _Layout) -> list[int]:
    columns = table["columnDefinitions"]
    return [place for place, column in enumerate(columns) if layout.wide or not column.get("priority")]


def _rows(table: Json, shown: list[int], layout: _Layout, kind: str) -> list[list[str]]:
    rows = table.get("rows") or ()
    columns = [column_texts([row["cells"][place] for row in rows]) for place in shown]
    texts = [list(cells) for cells in zip(*columns, strict=True)]
    if kind:
        texts = [[f"{kind}/{first}", *others] for first, *others in texts]
    if not layout.needs_metadata:
        return texts
    metadata = ((row.get("object") or {}).get("metadata") or {} for row in rows)
    return [_with_metadata(cells, found, layout) for cells, found in zip(texts, metadata, strict=True)]


def _with_metadata(texts: list[str], metadata: dict[str, Any], layout: _Layout) -> list[str]:
    labels = metadata.get("labels") or {}
    first = [metadata.get("namespace", "")] if layout.with_namespace else []
    added = [labels.get(label, "") for label in layout.labels]
    if layout.show_labels:
        added.append(",".join(sorted(f"{name}={value}" for name, value in labels.items())) or "<none>")
    return [*first, *texts, *added]
