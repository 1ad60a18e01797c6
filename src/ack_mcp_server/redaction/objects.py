"""Objects of the API without secrets."""

from typing import Any

from ack_mcp_server.redaction.shapes import redact_key_secrets
from ack_mcp_server.redaction.tables import TableWalk

_SHORTEST_SECRET = 30
_OWNED = "managedFields"  # names of fields, no values


def redact_object(value: dict[str, Any], *, allow_secrets: bool = False) -> dict[str, Any]:
    """The object, list, Table or watch event without secrets; the original is left as it is.

    Keys stay, and what is replaced says what it was and how long. `allow_secrets` shows what Secrets hold, and
    nothing else that is secret.
    """
    walk = TableWalk(allow_secrets=allow_secrets)
    shown = walk.mapping(value)
    return _without_key_secrets(shown, {}) if walk.met_key_id else shown


def _without_key_secrets(node: Any, known: dict[str, str]) -> Any:
    """Everything again, because the secret of an AccessKey is known by its length beside the id only."""
    kind = type(node)
    if kind is str:
        return node if len(node) < _SHORTEST_SECRET else _without_secret(node, known)
    if kind is dict:
        rest = node.items() if _OWNED not in node else [each for each in node.items() if each[0] != _OWNED]
        changed = {key: new for key, value in rest if (new := _without_key_secrets(value, known)) is not value}
        return {**node, **changed} if changed else node
    if kind is list:
        items = [_without_key_secrets(value, known) for value in node]
        return items if any(new is not old for new, old in zip(items, node, strict=True)) else node
    return node


def _without_secret(text: str, known: dict[str, str]) -> str:
    found = known.get(text)
    if found is None:
        redacted = redact_key_secrets(text)
        found = known[text] = text if redacted == text else redacted
    return text if found == text else found
