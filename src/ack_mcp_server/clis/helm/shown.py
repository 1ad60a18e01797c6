"""What helm prints of a release, without secrets: objects by their kind, values by names and shapes."""

import json
import re
from collections.abc import Callable

from ack_mcp_server.clis.helm.documents import Json, read_documents
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.printing.errors import NotUnderstood
from ack_mcp_server.kube.printing.yaml import as_yaml
from ack_mcp_server.redaction.texts import redact_text

Redact = Callable[[Json], Json]

_SECTION = re.compile(r"^(USER-SUPPLIED VALUES|COMPUTED VALUES|HOOKS|MANIFEST|NOTES):[ \t]*$", re.MULTILINE)
_OF_YAML = ("USER-SUPPLIED VALUES", "COMPUTED VALUES", "HOOKS", "MANIFEST")
_AS_JSON = ("helm get values",)
_AS_OBJECTS = ("helm get manifest", "helm get hooks", "helm show values")


def asked_as(verb: str, words: list[str]) -> list[str]:
    """The words for helm: values are asked for as JSON, so that they can be looked through."""
    if verb not in _AS_JSON:
        return words
    return [*(word for word in words if not word.startswith("--output=")), "--output=json"]


def shown(verb: str, form: str, text: str, redact: Redact) -> str:
    """`form` is the format that the caller asked for, empty for helm's own."""
    if verb in _AS_JSON:
        return _values(text, form, redact)
    if verb in _AS_OBJECTS:
        return as_objects(text, redact)
    if verb == "helm get all":
        return _by_section(text, redact)
    return redact_text(text)


def as_objects(text: str, redact: Redact) -> str:
    """Documents printed anew; text that cannot be read as such is searched for secrets by their shapes."""
    try:
        documents = read_documents(text)
        return "".join(f"---\n{as_yaml(redact(document))}" for document in documents)
    except (InvalidInput, NotUnderstood, RecursionError):
        return redact_text(text)


def _values(text: str, form: str, redact: Redact) -> str:
    try:
        values = json.loads(text)
        known = redact(values) if isinstance(values, dict) else None
        if form == "json":
            return json.dumps(known, ensure_ascii=False, separators=(",", ":")) + "\n"
        return as_yaml(known)
    except (ValueError, NotUnderstood, RecursionError):
        return redact_text(text)


def _by_section(text: str, redact: Redact) -> str:
    """`get all` prints one section after the other. Where an object forges the head of one, the rest of its text is
    looked through by another of the same rules, and never by none."""
    head, *parts = _SECTION.split(text)
    sections = [redact_text(head)]
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        told = as_objects(body, redact).removeprefix("---\n") if name in _OF_YAML else redact_text(body)
        sections.append(f"{name}:\n{told.strip()}\n\n")
    return "".join(sections)
