"""Which values under a secret's name are none: references, paths, switches, figures, names of objects."""

import re

from ack_mcp_server.redaction.marks import is_marked
from ack_mcp_server.redaction.names import Secrecy

_WORDS = frozenset({
    "true", "false", "yes", "no", "on", "off", "null", "nil", "none", "unset", "empty", "required", "optional",
    "missing", "invalid", "incorrect", "expired", "wrong", "unknown", "failed", "disabled", "enabled", "hidden",
    "masked", "redacted", "undefined", "eof", "is", "not", "must", "cannot", "was", "rbac", "[]", "{}", '""',
    "''", "n/a", "[hidden]", "[redacted]", "(redacted)", "(hidden)", "[masked]", "[filtered]", "|", ">", "|-",
    ">-",
})  # fmt: skip
_MASKED = re.compile(r"[*•.xX-]{3,}")
_FIGURE = re.compile(r"[-+]?[\d.,:]{1,24} ?(?:[nuµm]?s|min|[mhdB%]|[KMGT]i?B?)?")
_REFERENCE = re.compile(
    r"\$\([\w.-]{1,128}\)|\$\{[\w.-]{1,128}\}|\$[A-Z_][A-Z0-9_]{0,127}|\{\{[^{}]{0,256}\}\}|%[A-Z_]{1,64}%"
    r"|<(?:set to the key|nil|none|unset|unknown|empty|no value|hidden|masked)\b[^\n]{0,300}"
    r"|(?:vault|arn|file|secretRef|kms|ref)[:+][\w./:#@+-]{1,300}"
)
_PATH = re.compile(r"(?:~|\.{1,2})?(?:/[\w.@+-]{0,80}){1,40}")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s@?]{1,300}")
_RANDOM = re.compile(r"(?=[^/]*[a-z])(?=[^/]*[A-Z])(?=[^/]*\d)[\w+]{16,}")
_OBJECT = re.compile(r"[a-z]{2,}(?:[-.][a-z0-9]{1,20}){1,8}(?:/[a-z0-9][a-z0-9.-]{0,80})?")
_PROSE = re.compile(r"[A-Z]?[a-z]{1,14}")
_LONGEST = 400


def is_harmless(value: str, named: Secrecy, *, prose: bool = False) -> bool:
    """Whether the value may be shown under such a name; `prose` says that it is a word of a sentence."""
    if len(value) < 2 or value.lower() in _WORDS or is_marked(value):
        return True
    if len(value) > _LONGEST:
        return False
    if _MASKED.fullmatch(value) or _REFERENCE.fullmatch(value) or _is_place(value):
        return True
    if _FIGURE.fullmatch(value):
        return named is not Secrecy.PASSWORD or len(value) < 4
    if named is Secrecy.PASSWORD:
        return False
    return (prose and _PROSE.fullmatch(value) is not None) or (
        named is Secrecy.REFERENCE and _OBJECT.fullmatch(value) is not None
    )


def _is_place(value: str) -> bool:
    """A path or an address, none of whose parts looks drawn by lot."""
    found = _PATH.fullmatch(value) if value[0] in "/~." else _URL.fullmatch(value)
    return found is not None and _RANDOM.search(value) is None
