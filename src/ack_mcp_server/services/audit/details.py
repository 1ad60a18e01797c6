"""The bodies of writes, as an answer may show them: without secrets, short, and without what only machines read."""

import json
from collections.abc import Mapping
from typing import Any

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.answers.marks import disarm
from ack_mcp_server.redaction.objects import redact_object
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.audit.entries import AuditEntry

_LONGEST = 3000  # characters of one body
_NOISE = ("managedFields", "selfLink")
WITHHELD = "(not shown: it holds secrets as a whole)"
Bodies = tuple[tuple[str, str], ...]


def bodies(entry: AuditEntry) -> Bodies:
    """(`said`, why it failed), and of writes (`request` or `response`, its JSON on one line)."""
    said = (("said", one_line(redact_text(entry.message), _LONGEST)),) if entry.message and entry.code >= 400 else ()
    if not entry.is_write:
        return said
    given = (("request", entry.request), ("response", entry.response))
    return (*said, *((what, _shown(entry, body)) for what, body in given if body is not None))


def _shown(entry: AuditEntry, body: Any) -> str:
    if entry.is_secretive:
        return WITHHELD
    # Cleaned after it was redacted: secrets are known by their lines too.
    text = disarm(one_line(_redacted(body)))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _redacted(body: Any) -> str:
    if isinstance(body, str):
        return redact_text(body)
    whole = redact_object({"body": _without_noise(body)})["body"]
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _without_noise(body: Any) -> Any:
    """Field ownership is longer than the object and tells a reader nothing."""
    if not isinstance(body, Mapping) or not isinstance(metadata := body.get("metadata"), Mapping):
        return body
    kept = {name: value for name, value in metadata.items() if name not in _NOISE}
    return {**body, "metadata": kept}
