"""kubectl's printers as pure functions over plain JSON values: the same bytes, no I/O."""

from ack_mcp_server.kube.printing.errors import JsonPathError, NotUnderstood

__all__ = ["JsonPathError", "NotUnderstood"]
