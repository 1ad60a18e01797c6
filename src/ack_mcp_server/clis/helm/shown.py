"""What helm prints of a release, without secrets: objects by their kind, values by names and shapes."""

import re

from ack_mcp_server.clis.shown import Redact, as_data, as_objects
from ack_mcp_server.redaction.texts import redact_text

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
        return as_data(text, form, redact)
    if verb in _AS_OBJECTS:
        return as_objects(text, redact)
    if verb == "helm get all":
        return _by_section(text, redact)
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
