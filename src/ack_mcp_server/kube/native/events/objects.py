"""Events in the formats that show their fields, or their names."""

from collections.abc import Callable
from typing import Any

from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.get.formats import printer_of
from ack_mcp_server.kube.native.printed import Block
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.printing.json import indented, quoted

_STEP = "    "
_METADATA = (
    "name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp "
    "deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields"
)
_EVENT = (
    "kind apiVersion metadata involvedObject reason message source firstTimestamp lastTimestamp count type eventTime "
    "series action related reportingComponent reportingInstance"
)
_REFERENCE = "kind namespace name uid apiVersion resourceVersion fieldPath"
# Fields in the order of Go's structs, which is how kubectl writes JSON of kinds that it knows.
_ORDER = {
    name: fields.split()
    for name, fields in {
        "list": "kind apiVersion metadata items",
        "items": _EVENT,
        "metadata": _METADATA,
        "ownerReferences": "apiVersion kind name uid controller blockOwnerDeletion",
        "managedFields": "manager operation apiVersion time fieldsType fieldsV1 subresource",
        "involvedObject": _REFERENCE,
        "related": _REFERENCE,
        "source": "component host",
        "series": "count lastObservedTime",
    }.items()
}


def objects_of(command: Command) -> tuple[Callable[[Asked, list[Any]], list[Block]], Callable[[Asked, Json], Any]]:
    """How the kept ones are printed, and what is kept of each. Raises NotUnderstood, UsageError."""
    form, _, pattern = command.value("output").partition("=")
    if form in ("name", "json") and "=" in command.value("output"):
        raise NotUnderstood
    if form == "name":
        return (lambda _asked, _found: []), _nothing  # kubectl's printer of names takes no list, and nobody is told
    if form == "json":
        return (lambda _asked, found: [f"{typed_json(_list(found), 'list')}\n"]), _whole
    if form not in ("yaml", "jsonpath", "jsonpath-as-json"):
        raise NotUnderstood
    return (lambda asked, found: printer_of(command, form, pattern, asked.room)(_list(found))), _whole


def _list(found: list[Json]) -> Json:
    return {"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": found}


def _nothing(_asked: Asked, _event: Json) -> None:
    return None


def _whole(asked: Asked, event: Json) -> Json:
    metadata = dict(event["metadata"])
    if not asked.command.has("show-managed-fields"):
        metadata.pop("managedFields", None)
    return {"kind": "Event", "apiVersion": "v1", **event, "metadata": metadata}


def typed_json(value: Any, field: str, margin: str = "\n") -> str:
    """As Go's encoder writes a struct: its fields in their own order, maps by their keys."""
    order, inner = _ORDER.get(field), margin + _STEP
    if order is None or not value:
        return indented(value).replace("\n", margin)
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join(typed_json(item, field, inner) for item in value)}{margin}]"
    pairs = [f"{quoted(name)}: {typed_json(value[name], name, inner)}" for name in order if name in value]
    return f"{{{inner}{f',{inner}'.join(pairs)}{margin}}}"
