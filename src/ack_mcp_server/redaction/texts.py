"""Text without secrets: logs, what `describe` prints, events, tables, messages of errors."""

from ack_mcp_server.redaction.walk import Walk


def redact_text(text: str) -> str:
    """The text without secrets; a second time changes nothing. Takes time in proportion to the text."""
    return Walk().string(text)
