"""What is missing when an object is not found: kubectl looks whether its namespace is there."""

from dataclasses import replace

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.refusal import Refusal

_NAMESPACES = Resource(
    plural="namespaces", group="", version="v1", kind="Namespace", namespaced=False, names=frozenset(), categories=()
)


async def missing(exc: Refusal, resource: Resource, asked: Asked) -> Refusal:
    """The refusal that kubectl tells of one named object. Raises AckError."""
    if exc.reason != "NotFound" or not resource.namespaced:
        return exc
    return await _absence(asked) or exc


async def with_absence(asked: Asked, printed: Printed) -> Printed:
    """Where nothing was found, kubectl does not look whether the namespace is there, which a misspelled one is not."""
    if not {asked.none_found(), asked.none_found("events")} & set(printed.complaints) or asked.everywhere:
        return printed
    absence = await _absence(asked)
    return replace(printed, remarks=(*printed.remarks, absence.message)) if absence else printed


async def _absence(asked: Asked) -> Refusal | None:
    """Of the namespace; nothing where it may not be looked for. Raises AckError."""
    if asked.namespace == "default":
        return None
    try:
        await asked.connection.get(_NAMESPACES.path("", asked.namespace), small=True)
    except Refusal as refusal:
        return refusal if refusal.reason == "NotFound" else None
    return None
