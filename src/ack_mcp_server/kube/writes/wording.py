"""Names, paths and values of objects as one line each; nothing inside a value can end its line or hide in it."""

import json
import re
from collections.abc import Mapping
from typing import Any

LONGEST = 160  # characters of a value
_LONGEST_KEY = 80
_LONGEST_NAME = 320  # a kind, its group and a name
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")
_PLAIN_ITEM = re.compile(r"[\w.:/@-]{1,80}", re.ASCII)
_AROUND = 20  # characters before the first difference


def object_name(body: Mapping[str, Any], *, is_new: bool = False) -> str:
    """Such as `deployment.apps/web (shop)`; a new object's generated name ends in a star, for it is drawn anew."""
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    group = str(body.get("apiVersion", "")).rpartition("/")[0]
    kind = str(body.get("kind", "")).lower() + (f".{group}" if group else "")
    prefix = metadata.get("generateName")
    name = f"{prefix}*" if prefix and (is_new or not metadata.get("name")) else str(metadata.get("name", ""))
    namespace = metadata.get("namespace")
    return _bare(f"{kind}/{name}") + (f" ({_bare(str(namespace))})" if namespace else "")


def key_of(path: str, key: str) -> str:
    """The path of an entry."""
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{value_of(key, _LONGEST_KEY)}]"
    return f"{path}.{key}" if path else key


def item_of(path: str, pairs: Mapping[str, object]) -> str:
    """The path of an item that is known by some of its fields."""
    return f"{path}[{','.join(f'{key}={_item(value)}' for key, value in pairs.items())}]"


def value_of(value: object, longest: int = LONGEST) -> str:
    text = _visible(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def pair_of(old: object, new: object) -> tuple[str, str]:
    """Both values; of long texts the part in which they differ."""
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > LONGEST:
        return _parts(old, new)
    return value_of(old), value_of(new)


def _parts(old: str, new: str) -> tuple[str, str]:
    begin = max(0, _common(old, new) - _AROUND)
    rest = min(len(old), len(new)) - begin
    end = max(0, min(rest, _common(old[::-1], new[::-1])) - _AROUND)
    return _part(old, begin, len(old) - end), _part(new, begin, len(new) - end)


def _common(one: str, other: str) -> int:
    """Length of what both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _part(text: str, begin: int, end: int) -> str:
    return f"{'…' * (begin > 0)}{value_of(text[begin:end])}{'…' * (end < len(text))}"


def _item(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if _PLAIN_ITEM.fullmatch(text) else value_of(value, _LONGEST_KEY)


def _bare(text: str) -> str:
    return _visible(json.dumps(text[:_LONGEST_NAME], ensure_ascii=False))[1:-1]


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() and not _hides(ord(char)) else _escaped(ord(char)) for char in text)


def _hides(code: int) -> bool:
    """Variation selectors draw nothing, and text can be written in them alone."""
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def _escaped(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
