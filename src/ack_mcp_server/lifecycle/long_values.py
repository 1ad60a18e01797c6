"""A value that changes, told whole: long texts by the lines in which they differ, long lists by their items."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

from ack_mcp_server.kube.writes.wording import LONGEST, value_of

ABSENT = object()
_LINE = 400  # characters
_AROUND = 20  # characters before and after a difference
_MOST_COMPARED = 400  # lines of a text; comparing takes their square
_MOST_LINES = 40
_UNCUT = 1 << 20


def change_lines(path: str, was: Any, now: Any, *, is_more: bool = False) -> Iterator[str]:
    """`path: old -> new`, on further lines what is too long for one; `is_more` says that what they hide changes too."""
    if _said(was) == _said(now):
        yield f"  {path}: {value_of(was)} -> another value"
        return
    yield from _told(path, was, now)
    if is_more:
        yield "    and a redacted value becomes another"


def _told(path: str, was: Any, now: Any) -> Iterator[str]:
    old, new = _said(was), _said(now)
    if max(len(old), len(new)) <= LONGEST:
        yield f"  {path}: {old} -> {new}"
    elif was is ABSENT:
        yield f"  {path}: none ->"
        yield from _parts(now)
    elif isinstance(now, str) and isinstance(was, str):
        yield f"  {path}: {len(was)} -> {len(now)} characters; where they differ:"
        yield from _texts(was, now)
    elif isinstance(now, list) and isinstance(was, list) and (items := list(_items(was, now))):
        yield f"  {path}: {len(was)} -> {len(now)} items"
        yield from items
    else:
        yield f"  {path}:"
        yield from (*_cut("-", old), *_cut("+", new))


def value_lines(path: str, value: Any) -> Iterator[str]:
    """`path: value` of what is new, likewise."""
    said = _said(value)
    if len(said) <= LONGEST:
        yield f"  {path}: {said}"
        return
    yield f"  {path}:"
    yield from _parts(value)


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _texts("", value)
    elif isinstance(value, list):
        yield from _items([], value)
    else:
        yield from _cut("+", _said(value))


def _said(value: Any) -> str:
    return "none" if value is ABSENT else value_of(value, _UNCUT)


def _items(was: list[Any], now: list[Any]) -> Iterator[str]:
    """Those that go and come; nothing where only their order or number differs."""
    gone, new = [each for each in was if each not in now], [each for each in now if each not in was]
    yield from (*_several("-", gone, gone), *_several("+", new, new))


def _texts(was: str, now: str) -> Iterator[str]:
    before, after = was.splitlines(keepends=True), now.splitlines(keepends=True)
    if max(len(before), len(after)) > _MOST_COMPARED:
        before, after = [was], [now]
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = "".join(before[a:b]), "".join(after[c:d])
        if what == "replace":
            yield from _replaced(old, new)
        elif what != "equal":
            yield from (*_several("-", before[a:b], old), *_several("+", after[c:d], new))


def _several(mark: str, parts: list[Any], whole: Any) -> Iterator[str]:
    """A line for each, or as one value where they are many."""
    for each in parts if len(parts) <= _MOST_LINES else [whole]:
        yield from _cut(mark, _said(each))


def _replaced(was: str, now: str) -> Iterator[str]:
    """Without what both begin and end with."""
    begin = max(0, _common(was, now) - _AROUND)
    rest = min(len(was), len(now)) - begin
    end = max(0, min(rest, _common(was[::-1], now[::-1])) - _AROUND)
    for mark, text in (("-", was), ("+", now)):
        part = _said(text[begin : len(text) - end])
        yield from _cut(mark, f"{'…' * (begin > 0)}{part}{'…' * (end > 0)}")


def _common(one: str, other: str) -> int:
    """Length of what both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _cut(mark: str, said: str) -> Iterator[str]:
    yield f"    {mark} {said[:_LINE]}"
    yield from (f"      …{said[at : at + _LINE]}" for at in range(_LINE, len(said), _LINE))
