"""`get`, as kubectl does it: tables that the API server renders, or objects that are printed here."""

from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.get.objects import print_objects
from ack_mcp_server.kube.native.get.tables import print_tables
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError

_NOT_OURS = ("watch", "watch-only", "output-watch-events")
_TABLES = ("", "wide")


async def get(asked: Asked) -> Printed:
    """Raises NotUnderstood, UsageError, Refusal, AckError."""
    command = asked.command
    if any(command.has(name) for name in _NOT_OURS) or command.value("server-print") == "false":
        raise NotUnderstood
    form, _, pattern = command.value("output").partition("=")
    if form not in _TABLES and command.has("show-labels"):
        raise UsageError(f"error: --show-labels option cannot be used with {form} printer")
    if form not in _TABLES:
        return await print_objects(asked, form, pattern)
    return await print_tables(asked)
