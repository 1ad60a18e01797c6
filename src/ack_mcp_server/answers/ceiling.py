"""The last defence: whatever a tool answers, no more than the operator's ceiling leaves the server."""

import json
from typing import Any

from ack_mcp_server.answers.marks import ours
from ack_mcp_server.errors import TooLarge

CUT = "cut"  # the key of a structured result that says what was cut
_NOTE = 300  # bytes of our line
_SHORT = 200  # bytes of a text that is never cut: an id, a time, a state
_NARROW = "Ask for less: a page, a name, a namespace, a shorter time."


def cut_text(text: str, ceiling: int) -> str:
    """The beginning of a text that is too long, in whole lines, and our line at its end."""
    if len(text) * 4 <= ceiling or len(raw := text.encode(errors="replace")) <= ceiling:
        return text
    kept = raw[: ceiling - _NOTE].decode(errors="ignore")
    whole = kept[: kept.rfind("\n") + 1] or f"{kept}\n"
    return whole + ours(f"cut; {len(raw) - len(whole.encode()):,} bytes more are beyond this server's limit. {_NARROW}")


def cut_middle(text: str, limit: int) -> str:
    """A text that is too long without its middle: errors say what happened first and why last."""
    raw = text.encode(errors="replace")
    if len(raw) <= limit:
        return text
    head, tail = raw[: limit // 2], raw[len(raw) - (limit // 2 - _NOTE) :]
    note = ours(f"{len(raw) - len(head) - len(tail):,} bytes are left out here")
    return f"{head.decode(errors='ignore')}\n{note}\n{tail.decode(errors='ignore')}"


def cut_value(body: dict[str, Any], ceiling: int) -> dict[str, Any]:
    """A JSON object with shorter lists and texts, still valid to its schema, and what was cut under `cut`. Raises
    TooLarge when that is not enough."""
    if _size(body) <= ceiling:
        return body
    cuts: list[str] = []
    kept = _object(body, ceiling - 2 * _NOTE, "", cuts)
    kept = {**kept, CUT: ours(f"{'; '.join(cuts[:5])}. {_NARROW}")}
    if _size(kept) > ceiling:
        raise TooLarge(f"the answer is larger than this server's limit of {ceiling:,} bytes", next_step=_NARROW)
    return kept


def _value(value: Any, room: int, path: str, cuts: list[str]) -> Any:
    if isinstance(value, dict):
        return _object(value, room, path, cuts)
    if isinstance(value, list):
        return _list(value, room, path, cuts)
    return _string(value, room, path, cuts) if isinstance(value, str) else value


def _object(value: dict[str, Any], room: int, path: str, cuts: list[str]) -> dict[str, Any]:
    """Every key is kept; the small values whole, the large ones share what is left."""
    sizes = {key: _size(item) for key, item in value.items()}
    left = room - sum(_size(key) + 4 for key in value)
    shares: dict[str, int] = {}
    for number, key in enumerate(sorted(sizes, key=lambda key: sizes[key])):
        shares[key] = max(left // (len(sizes) - number), 0)
        left -= min(sizes[key], shares[key])
    return {
        key: item if sizes[key] <= shares[key] else _value(item, shares[key], f"{path}.{key}".strip("."), cuts)
        for key, item in value.items()
    }


def _list(items: list[Any], room: int, path: str, cuts: list[str]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        size = _size(item) + 2
        if size > room:
            break
        kept.append(item)
        room -= size
    if not kept and items and room > _SHORT:
        kept.append(_value(items[0], room - 2, f"{path}[0]", cuts))
    if len(kept) < len(items):
        cuts.append(f"{path}: {len(kept):,} of {len(items):,} items")
    return kept


def _string(text: str, room: int, path: str, cuts: list[str]) -> str:
    if _size(text) <= max(room, _SHORT):
        return text
    kept = text.encode(errors="replace")[:room].decode(errors="ignore")
    while _size(kept) > max(room, _SHORT):
        kept = kept[: len(kept) * 3 // 4]
    cuts.append(f"{path}: {len(kept):,} of {len(text):,} characters")
    return kept


def _size(value: Any) -> int:
    """Bytes as JSON."""
    return len(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
