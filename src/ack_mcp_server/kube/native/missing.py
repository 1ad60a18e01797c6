"""What is missing when an object is not found: kubectl looks whether its namespace is there."""

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.refusal import Refusal

_NAMESPACES = Resource(
    plural="namespaces", group="", version="v1", kind="Namespace", namespaced=False, names=frozenset(), categories=()
)


async def missing(exc: Refusal, resource: Resource, asked: Asked) -> Refusal:
    """The refusal that kubectl tells of one named object. Raises AckError."""
    if exc.reason != "NotFound" or not resource.namespaced or asked.namespace == "default":
        return exc
    try:
        await asked.connection.get(_NAMESPACES.path("", asked.namespace), small=True)
    except Refusal as further:
        return further if further.reason == "NotFound" else exc
    return exc
