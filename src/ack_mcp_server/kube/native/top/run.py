"""`top`, as kubectl does it."""

from ack_mcp_server.answers.rows import RowWindow
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.printed import Printed, block_of
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.native.top.metrics import unreadable
from ack_mcp_server.kube.native.top.nodes import node_rows
from ack_mcp_server.kube.native.top.pods import pod_rows

_KINDS = {
    **dict.fromkeys(("node", "nodes", "no"), ("nodes", node_rows)),
    **dict.fromkeys(("pod", "pods", "po"), ("pods", pod_rows)),
}
_PODS_ONLY = ("all-namespaces", "field-selector", "containers", "sum")
_NODES_ONLY = ("show-capacity",)


async def top(asked: Asked) -> Printed:
    """Raises NotUnderstood, UsageError, Refusal, AckError."""
    command = asked.command
    what, rows_of = _KINDS.get(command.arguments[0] if command.arguments else "", ("", None))
    foreign = _PODS_ONLY if what == "nodes" else _NODES_ONLY
    if rows_of is None or len(command.arguments) > 2 or any(command.value(flag) for flag in foreign):
        raise NotUnderstood
    try:
        headers, rows = await rows_of(asked, "".join(command.arguments[1:]))
    except (ValueError, LookupError, TypeError, AttributeError) as exc:
        raise unreadable(exc) from exc
    printed = Printed(complaints=asked.warnings)
    if rows:
        # kubectl closes each cell with a tab, so that the last one is padded too.
        window = RowWindow((*headers, ""), asked.room)
        headed = not command.has("no-headers")
        printed.blocks.append(block_of(what, window, ([*row, ""] for row in rows), headed=headed))
    return printed
