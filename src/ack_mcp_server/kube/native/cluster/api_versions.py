"""`api-versions`: the API groups and versions that the cluster serves, also those without kinds of their own."""

from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.printed import Printed, text_of
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.said import UsageError


async def api_versions(asked: Asked) -> Printed:
    """Raises UsageError, AckError."""
    try:
        catalog = await asked.kinds.anew()
    except Refusal as exc:
        raise UsageError(f"error: couldn't get available api versions from server: {exc.message}") from exc
    return Printed(blocks=[text_of(sorted(catalog.versions))])
