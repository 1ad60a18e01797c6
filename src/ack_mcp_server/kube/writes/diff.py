"""What a change would do to an object, a line for each value that differs.

Values are compared as they are and shown without secrets, so that a new password is seen to be one and not seen. What
the API server writes by itself is left out; what it decides only when it is done is named without its value, because
the same change must read the same twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ack_mcp_server.errors import TooLarge
from ack_mcp_server.kube.writes.items import Pairs, paired
from ack_mcp_server.kube.writes.line_changes import line_changes
from ack_mcp_server.kube.writes.noise import (
    DECIDED_LATER,
    RESTARTED,
    is_bookkeeping,
    is_builtin,
    is_default,
    is_injected,
)
from ack_mcp_server.kube.writes.wording import item_of, key_of, object_name, pair_of, value_of

Json = dict[str, Any]
MOST_LINES = 200
_SHORT = 120  # characters of what is shown whole, on one line
_LATER = "(decided when it is done)"
_HIDDEN = "<redacted>"
_NOTHING = object()


def readable_diff(before: Json | None, after: Json | None, *, redact: Callable[[Json], Json]) -> str:
    """Empty when nothing would change. `redact` is given whole objects and leaves them as they are. Raises TooLarge."""
    try:
        return _diff(before, after, redact)
    except RecursionError:
        raise TooLarge(
            f"{object_name(after or before or {})} is nested too deeply to be compared",
            next_step="Change it with kubectl, after a look at it.",
        ) from None


def _diff(before: Json | None, after: Json | None, redact: Callable[[Json], Json]) -> str:
    old, new = (None if each is None else _Node(each, redact(each)) for each in (before, after))
    known = after or before
    if known is None:
        return ""
    if new is None:
        return f"- {object_name(known)}"
    lines = _Changes(is_builtin(known.get("apiVersion"))).of(_Place("", ()), old, new)
    shown = [f"  {line}" for line in islice(lines, MOST_LINES)]
    if old is not None and not shown:
        return ""
    rest = sum(1 for _ in lines)
    header = f"{'+' if old is None else '~'} {object_name(known, is_new=old is None)}"
    return "\n".join([header, *shown, *([f"  … and {rest} more lines"] if rest else [])])


@dataclass(frozen=True)
class _Place:
    """`text` as it is shown; `keys` without the items of lists."""

    text: str
    keys: tuple[str, ...]

    def entry(self, key: str) -> "_Place":
        return _Place(key_of(self.text, key), (*self.keys, key))

    def item(self, node: "_Node", fields: tuple[str, ...], at: int) -> "_Place":
        """Named by what is shown of the item."""
        shown = node.shown if isinstance(node.shown, dict) else {}
        named = {field: shown[field] for field in fields if field in shown}
        return _Place(item_of(self.text, named) if named else f"{self.text}[{at}]", self.keys)


@dataclass(frozen=True)
class _Node:
    """A value, and what may be shown of it."""

    value: Any
    shown: Any

    def entry(self, key: str) -> "_Node | None":
        if key not in self.value:
            return None
        return _Node(self.value[key], self.shown.get(key, _HIDDEN) if isinstance(self.shown, dict) else self._mask)

    def item(self, at: int) -> "_Node | None":
        if at < 0:
            return None
        whole = isinstance(self.shown, list) and len(self.shown) == len(self.value)
        return _Node(self.value[at], self.shown[at] if whole else self._mask)

    @property
    def _mask(self) -> str:
        return self.shown if isinstance(self.shown, str) else _HIDDEN

    @property
    def is_redacted(self) -> bool:
        return not _same(self.value, self.shown)


@dataclass(frozen=True)
class _Changes:
    """`builtin`: the defaults of the object's fields are known."""

    builtin: bool

    def of(self, place: _Place, old: _Node | None, new: _Node | None) -> Iterator[str]:
        if old is None or new is None:
            yield from self._added(place, new) if new else _removed(place, old) if old else ()
        elif isinstance(old.value, dict) and isinstance(new.value, dict):
            for key in sorted({*old.value, *new.value}):
                if not is_bookkeeping((*place.keys, key)):
                    yield from self.of(place.entry(key), old.entry(key), new.entry(key))
        elif isinstance(old.value, list) and isinstance(new.value, list):
            yield from self._lists(place, old, new)
        elif not _same(old.value, new.value):
            yield from _changed(place, old, new)

    def _lists(self, place: _Place, old: _Node, new: _Node) -> Iterator[str]:
        if _same(old.value, new.value):
            return
        if _is_short(old) and _is_short(new):
            yield from _changed(place, old, new)
            return
        pairs: Pairs = paired(place.keys[-1] if place.keys else "", old.value, new.value)
        if pairs.reordered:
            yield f"{place.text}: in another order"
        for at_old, at_new in pairs.places:
            before, after = old.item(at_old), new.item(at_new)
            item = after or before
            if item is not None:
                yield from self.of(place.item(item, pairs.fields, max(at_old, at_new)), before, after)

    def _added(self, place: _Place, node: _Node) -> Iterator[str]:
        said = self._said(place.keys, node)
        if said is not _NOTHING:
            yield from _told(place, said)

    def _said(self, keys: tuple[str, ...], node: _Node) -> Any:
        """What is shown of something new: without what the API server adds to it."""
        if keys and self.builtin and is_default(keys, node.value):
            return _NOTHING
        if isinstance(node.value, dict) and node.value and isinstance(node.shown, dict):
            names = [name for name in sorted(node.value) if not is_bookkeeping((*keys, name))]
            parts = {name: self._said((*keys, name), node.entry(name) or node) for name in names}
            return {name: part for name, part in parts.items() if part is not _NOTHING} or _NOTHING
        if isinstance(node.value, list) and node.value and isinstance(node.shown, list):
            items = [item for at in range(len(node.value)) if (item := node.item(at)) is not None]
            said = [self._said(keys, item) for item in items if not is_injected(keys, item.value)]
            return [item for item in said if item is not _NOTHING] or _NOTHING
        return _LATER if keys and keys[-1] in DECIDED_LATER else node.shown


def _told(place: _Place, said: Any) -> Iterator[str]:
    """On one line what is short, else part by part."""
    if place.keys and (len(value_of(said, _SHORT + 1)) <= _SHORT or not isinstance(said, dict | list)):
        yield f"+ {place.text}: {value_of(said)}"
    elif isinstance(said, dict):
        for name, part in said.items():
            yield from _told(place.entry(name), part)
    else:
        fields = paired(place.keys[-1], [], said).fields
        for at, item in enumerate(said):
            rest = {name: part for name, part in item.items() if name not in fields} if fields else item
            yield from _told(place.item(_Node(item, item), fields, at), rest or item)


def _removed(place: _Place, node: _Node) -> Iterator[str]:
    text = value_of(node.shown)
    short = len(text) <= _SHORT or not isinstance(node.value, dict | list)
    yield f"- {place.text}: {text if short else f'{_count(node.value)} values'}"


def _changed(place: _Place, old: _Node, new: _Node) -> Iterator[str]:
    hidden = old.is_redacted or new.is_redacted
    if place.keys and place.keys[-1] == RESTARTED:
        yield f"{place.text}: {value_of(old.shown)} -> {_LATER}"
    elif hidden and _same(old.shown, new.shown):
        yield f"{place.text}: {value_of(old.shown)} -> another value"
    elif _has_lines(old.shown) or _has_lines(new.shown):
        yield f"{place.text}:{_HIDES if hidden else ''}"
        yield from (f"  {line}" for line in line_changes(_text(old.shown), _text(new.shown)))
    else:
        before, after = pair_of(old.shown, new.shown)
        yield f"{place.text}: {before} -> {after}{_HIDES if hidden else ''}"


_HIDES = " (what is redacted may differ too)"


def _has_lines(value: object) -> bool:
    return isinstance(value, str) and "\n" in value.strip("\n")


def _text(value: object) -> str:
    return value if isinstance(value, str) else value_of(value)


def _is_short(node: _Node) -> bool:
    """Whether it is a list of plain values that fits on a line."""
    plain = isinstance(node.shown, list) and not any(isinstance(each, dict | list) for each in node.value)
    return plain and len(value_of(node.shown, _SHORT + 1)) <= _SHORT


def _same(old: object, new: object) -> bool:
    """As JSON has it: true is not 1, and 1 is 1.0."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def _count(value: object) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(_count, children)) if children else 1
