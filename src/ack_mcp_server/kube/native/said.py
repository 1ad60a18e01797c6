"""What a native command says instead of an answer: kubectl's words for kubectl's cases."""

from ack_mcp_server.kube.printing.errors import JsonPathError, NotUnderstood

__all__ = ["JsonPathError", "NoSuchType", "NotUnderstood", "UsageError"]


class UsageError(Exception):
    """A line that kubectl ends with, before or after it asked the API server. Exit code 1."""

    @property
    def line(self) -> str:
        return str(self)


class NoSuchType(UsageError):
    """A word that names no kind that the cluster serves."""
