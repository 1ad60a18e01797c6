"""Objects and values that a program printed, without secrets, printed anew."""

import json
from collections.abc import Callable
from typing import Any

from ack_mcp_server.clis.documents import Json, read_documents
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.printing.errors import NotUnderstood
from ack_mcp_server.kube.printing.yaml import as_yaml
from ack_mcp_server.redaction.texts import redact_text

Redact = Callable[[Json], Json]


def as_objects(text: str, redact: Redact) -> str:
    """Documents printed anew; text that cannot be read as such is searched for secrets by their shapes."""
    try:
        documents = read_documents(text)
        return "".join(f"---\n{as_yaml(redact(document))}" for document in documents)
    except (InvalidInput, NotUnderstood, RecursionError):
        return redact_text(text)


def as_data(text: str, form: str, redact: Redact, *, indent: int | None = None) -> str:
    """One JSON value, as JSON or as YAML."""
    try:
        known = _redacted(json.loads(text), redact)
        if form == "json":
            separators = (",", ":") if indent is None else (",", ": ")
            return json.dumps(known, ensure_ascii=False, separators=separators, indent=indent) + "\n"
        return as_yaml(known)
    except (ValueError, NotUnderstood, RecursionError):
        return redact_text(text)


def _redacted(value: Any, redact: Redact) -> Any:
    if isinstance(value, dict):
        return redact(value)
    if isinstance(value, list):
        return redact({"items": value})["items"]
    return redact_text(value) if isinstance(value, str) else value
