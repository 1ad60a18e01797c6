"""JSON inside a string: read, and written again only when something was replaced in it."""

import json
from typing import Any

_LONGEST = 16_000_000


def parsed(text: str) -> Any:
    """The object or list that the string holds, or None."""
    if len(text) > _LONGEST:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, (dict, list)) else None


def rendered(text: str, before: Any, after: Any) -> str:
    """`text` as it was when nothing was replaced, else `after` in the layout of `text`."""
    if before is after:
        return text
    body = text.rstrip()
    indent = _indent(body) if "\n" in body else None
    shown = json.dumps(after, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return shown + text[len(body) :]


def _indent(text: str) -> int:
    """How far the first entry is moved in."""
    line = text.partition("\n")[2][:16]
    return max(1, len(line) - len(line.lstrip(" ")))
