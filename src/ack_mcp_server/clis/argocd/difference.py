"""A comparison as argocd prints it: lines of YAML behind < and >, without those around them."""

import re

from ack_mcp_server.redaction.marks import is_marked, mark
from ack_mcp_server.redaction.texts import redact_text

_VALUE = re.compile(r"^([<>+-][ \t]*+(?:- )?+[\"']?value[\"']?:[ \t]++)(\S.*)$", re.MULTILINE)
_HARMLESS = re.compile(r"[\"']?(?:true|false|null|\d{1,3}|[|>][+-]?)[\"']?")


def redacted(text: str) -> str:
    """Without secrets. The name of a variable stands on a line of its own, which is not there when it is the same on
    both sides, so no variable's value is shown."""
    return _VALUE.sub(_without_value, redact_text(text))


def _without_value(found: re.Match[str]) -> str:
    stays = _HARMLESS.fullmatch(found[2]) or is_marked(found[2])
    return found[0] if stays else found[1] + mark("value", found[2])
