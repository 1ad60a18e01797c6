"""The Table documents: definitions of the columns and one row per object."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.store import Entry
from ack_sandbox.kube.tables import access, cluster, control, network, storage, workloads
from ack_sandbox.kube.tables.cluster import PLAIN
from ack_sandbox.kube.tables.columns import Printer
from ack_sandbox.kube.tables.pods import PODS

IncludeObject = Literal["None", "Metadata", "Object"]

PRINTERS: dict[str, Printer] = {
    "/pods": PODS,
    **workloads.PRINTERS,
    **cluster.PRINTERS,
    **network.PRINTERS,
    **storage.PRINTERS,
    **access.PRINTERS,
    **control.PRINTERS,
}


def printer_of(resource: Resource) -> Printer:
    return PRINTERS.get(resource.key, PLAIN)


def _cells(printer: Printer, entry: Entry, now: datetime) -> bytes:
    second = int(now.timestamp())
    made_at, made = entry.cells
    # Ages tick by the second, and nothing else in a cell depends on the time.
    if made_at == second and printer.lasting:
        return made
    made = json.dumps(printer.cells(entry.object, now), separators=(",", ":"), ensure_ascii=False).encode()
    if printer.lasting:
        entry.__dict__["cells"] = (second, made)
    return made


def _row(printer: Printer, entry: Entry, now: datetime, include: IncludeObject) -> bytes:
    cells = _cells(printer, entry, now)
    shown = b"null" if include == "None" else entry.partial_json if include == "Metadata" else entry.json
    row = b'{"cells":' + cells
    conditions = printer.conditions(entry.object) if printer.conditions else []
    if conditions:
        row += b',"conditions":' + json.dumps(conditions, separators=(",", ":")).encode()
    return row + b',"object":' + shown + b"}"


def table(
    printer: Printer,
    entries: Iterable[Entry],
    now: datetime,
    *,
    metadata: Object,
    include: IncludeObject = "Metadata",
    version: str = "v1",
    headers: bool = True,
) -> bytes:
    """A `meta.k8s.io` Table as JSON; `headers=False` is how watches send every row after the first."""
    definitions = [column.definition() for column in printer.columns] if headers else None
    opening = {
        "kind": "Table",
        "apiVersion": f"meta.k8s.io/{version}",
        "metadata": metadata,
        "columnDefinitions": definitions,
    }
    rows = b",".join(_row(printer, entry, now, include) for entry in entries)
    return json.dumps(opening, separators=(",", ":")).encode()[:-1] + b',"rows":[' + rows + b"]}"
