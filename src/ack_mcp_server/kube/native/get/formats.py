"""The printer for an output format; it is made before anything is asked of the API server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.rows import RowWindow
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.asked import Json
from ack_mcp_server.kube.native.printed import Block, TableBlock, block_of
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.printing.columns import compile_columns
from ack_mcp_server.kube.printing.json import as_json
from ack_mcp_server.kube.printing.jsonpath import compile_path
from ack_mcp_server.kube.printing.yaml import as_yaml

_PLAIN = ("json", "yaml", "name")
Printer = Callable[[Json], list[Block]]


@dataclass(frozen=True)
class ObjectRows:
    """Formats that make a row of each object, so that a list never needs to be held."""

    what: str
    window: RowWindow
    cells: Callable[[Json], Sequence[str]]
    headed: bool

    def add(self, item: Json) -> None:
        self.window.add(self.cells(item))

    def block(self) -> TableBlock:
        return block_of(self.what, self.window, headed=self.headed, alone=True)


def rows_of(command: Command, form: str, pattern: str, room: Room) -> ObjectRows | None:
    """None for formats of whole documents. Raises NotUnderstood, JsonPathError as `printer_of`."""
    if form == "name" and not pattern:
        return ObjectRows("objects", RowWindow(("NAME",), room), lambda item: (_named(item),), headed=False)
    if form != "custom-columns":
        return None
    columns = compile_columns(pattern)
    window = RowWindow(columns.headers, room)
    return ObjectRows("objects", window, columns.cells, headed=not command.has("no-headers"))


def printer_of(command: Command, form: str, pattern: str, room: Room) -> Printer:
    """For one object, or a list of ours.

    Raises NotUnderstood, JsonPathError for a pattern that kubectl does not take.
    """
    if form in _PLAIN and "=" in command.value("output"):
        raise NotUnderstood(f"-o {form} with a value")
    if rows := rows_of(command, form, pattern, room):
        return lambda document: [_filled(rows, document)]
    if form in ("json", "yaml"):
        print_document = as_json if form == "json" else as_yaml
        return lambda document: [print_document(document)]
    if form not in ("jsonpath", "jsonpath-as-json"):
        raise NotUnderstood(f"-o {form}")
    path = compile_path(pattern, allow_missing=command.value("allow-missing-template-keys") != "false")
    render = path.render if form == "jsonpath" else path.render_json
    return lambda document: [render(document)]


def _filled(rows: ObjectRows, document: Json) -> TableBlock:
    for item in items_of(document):
        rows.add(item)
    return rows.block()


def items_of(document: Json) -> list[Json]:
    """Of a list of ours, or the one object."""
    return document["items"] if document["kind"] == "List" and document["apiVersion"] == "v1" else [document]


def _named(item: Json) -> str:
    group = item["apiVersion"].rpartition("/")[0]
    kind = f"{item['kind']}.{group}" if group else item["kind"]
    return f"{kind.lower()}/{item['metadata']['name']}"
