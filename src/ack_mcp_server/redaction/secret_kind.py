"""Objects whose data is secret as a whole: Secrets, and ConfigMaps in which Helm keeps releases."""

import base64
import binascii
from typing import Any

from ack_mcp_server.redaction.marks import is_marked, mark, mark_bytes

Json = dict[str, Any]
LAST_APPLIED = "last-applied-configuration"
FIELDS = frozenset({"data", "stringData"})


def is_secret(value: Json) -> bool:
    """By kind; without a kind, by the fields that only a Secret has."""
    kind = value.get("kind")
    if kind is not None:
        return bool(kind == "Secret")
    return "stringData" in value or (isinstance(value.get("data"), dict) and isinstance(value.get("type"), str))


def holds_releases(value: Json) -> bool:
    """Whether it is a ConfigMap of Helm's."""
    metadata = value.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return value.get("kind") == "ConfigMap" and isinstance(labels, dict) and labels.get("owner") == "helm"


def without_values(value: Any, *, encoded: bool) -> Any:
    """The mapping with its keys and the lengths of its values; `encoded` says that they are base64."""
    if not isinstance(value, dict):
        return value if value is None else mark("data", str(value))
    return {key: _length(each, encoded) for key, each in value.items()}


def _length(value: object, encoded: bool) -> object:
    if value is None or (isinstance(value, str) and is_marked(value)):
        return value
    text = value if isinstance(value, str) else str(value)
    return mark_bytes(_decoded_length(text) if encoded else len(text.encode(errors="replace")))


def _decoded_length(text: str) -> int:
    try:
        return len(base64.b64decode(text))
    except (binascii.Error, ValueError):
        return len(text)
