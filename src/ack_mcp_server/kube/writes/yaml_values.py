"""YAML documents made from a parser's events: no tags, no duplicate keys, no merging in doubt, few copies by alias.

PyYAML's own composer resolves scalars in other ways than kubectl and keeps the last of equal keys.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import yaml

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.writes.found import DEEPEST, Found, Json, broken, too_deep
from ack_mcp_server.kube.writes.yaml_scalars import NumberTooLarge, resolved

MOST_NODES = 100_000
MOST_COPIED = 256 * 1024  # nodes and characters that aliases stand for
_MOST_DOCUMENTS = 1000  # empty ones too
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_CORE = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({"!", f"{_CORE}str"})
_PLAIN_TAGS = frozenset({None, f"{_CORE}map", f"{_CORE}seq"})
_Weighed = tuple[object, int, int]  # a value, its nodes and characters, its levels


def yaml_values(text: str) -> Iterator[Found]:
    """Raises InvalidInput."""
    if found := _UNREADABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise broken(line, "a character that YAML cannot hold", "Write it as an escape in double quotes.")
    try:
        yield from _Composer(yaml.parse(text, Loader=_LOADER)).documents()
    except yaml.MarkedYAMLError as exc:
        raise _syntax(exc, text) from None
    except yaml.YAMLError:
        raise InvalidInput("the manifest is not YAML", next_step="Send YAML or JSON.") from None


def _syntax(exc: yaml.MarkedYAMLError, text: str) -> InvalidInput:
    """The parser's complaints are fixed sentences, but its context can quote the text."""
    line = exc.problem_mark.line + 1 if exc.problem_mark else 1
    written = text.splitlines()[line - 1 : line]
    if written and "\t" in written[0][: len(written[0]) - len(written[0].lstrip())]:
        return broken(line, "a tab in the indentation", "Indent with spaces.")
    return broken(line, f"this is not YAML ({_sentence(exc.problem)})")


def _sentence(problem: str | None) -> str:
    return re.sub(r"['\"].*", "…", problem or "syntax", flags=re.DOTALL)


class _Composer:
    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, _Weighed] = {}
        self._lines: dict[int, int] = {}
        self._nodes = self._weight = self._copied = 0

    def documents(self) -> Iterator[Found]:
        count = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                count += 1
                if count > _MOST_DOCUMENTS:
                    raise broken(_line(event), f"more than {_MOST_DOCUMENTS} documents", "Send fewer at once.")
                self._anchors = {}
                first = next(self._events)
                value = self._node(first, 0)
                yield Found(value, _line(first), self._lines)

    def _node(self, event: Any, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise broken(_line(event), f"more than {MOST_NODES} values", "Send fewer documents at once.")
        if isinstance(event, yaml.AliasEvent):
            return self._copy(event, depth)
        before = self._weight
        value = self._made(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._weight - before, _levels(value))
        return value

    def _made(self, event: Any, depth: int) -> Any:
        self._weight += 1
        if isinstance(event, yaml.ScalarEvent):
            self._weight += len(event.value)
            return _scalar(event)
        if event.tag not in _PLAIN_TAGS:
            raise _tagged(event)
        if depth >= DEEPEST:
            raise too_deep(_line(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._node(child, depth + 1) for child in self._until(yaml.SequenceEndEvent)]
        mapping = self._mapping(depth)
        self._lines[id(mapping)] = _line(event)
        return mapping

    def _until(self, end: type[Any]) -> Iterator[Any]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _mapping(self, depth: int) -> Json:
        mapping: Json = {}
        written: set[str] = set()
        for event in self._until(yaml.MappingEndEvent):
            self._weight += 1
            if _is_merge(event):
                self._merge(mapping, self._node(next(self._events), depth + 1), event)
                continue
            key = self._key(event)
            if key in written:
                raise broken(_line(event), f"the key {one_line(key, 60)!r} stands twice in one mapping")
            written.add(key)
            mapping[key] = self._node(next(self._events), depth + 1)
        return mapping

    def _key(self, event: Any) -> str:
        """As kubectl turns it into a string: `on` is "true", 0x10 is "16". Raises InvalidInput."""
        self._nodes += 1
        key = self._made(event, 0) if isinstance(event, yaml.ScalarEvent) else None
        if key is None or isinstance(key, float):
            raise broken(_line(event), "a key that is not text", "Write keys as text, in quotes where needed.")
        if event.anchor:
            raise broken(_line(event), "an anchor on a key", "Leave the anchor out.")
        return ("true" if key else "false") if isinstance(key, bool) else str(key)

    def _merge(self, mapping: Json, value: object, event: Any) -> None:
        """Keys before `<<` are overwritten by kubectl and not by the standard, so those are refused."""
        sources = value if isinstance(value, list) else [value]
        merged: Json = {}
        for source in reversed(sources):
            if not isinstance(source, dict):
                raise broken(_line(event), "<< merges what is no mapping")
            merged |= source
        if not merged.keys().isdisjoint(mapping):
            raise broken(_line(event), "<< merges a key that stands before it", "Write << first.")
        mapping |= merged

    def _copy(self, event: Any, depth: int) -> Any:
        """Of what the alias stands for, so that nothing is in two places."""
        if event.anchor not in self._anchors:
            raise broken(_line(event), "an alias without an anchor before it", "Write the value itself.")
        value, weight, levels = self._anchors[event.anchor]
        self._weight += weight
        self._copied += weight
        if self._copied > MOST_COPIED:
            raise broken(_line(event), "aliases stand for too much", "Write the values themselves.")
        if depth + levels > DEEPEST:
            raise too_deep(_line(event))
        return deepcopy(value)


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _tagged(event: Any) -> InvalidInput:
    return broken(_line(event), "a tag (!…)", "Leave it out; quote what is meant as text.")


def _scalar(event: Any) -> object:
    if event.tag in _TEXT_TAGS:
        return event.value
    if event.tag is not None:
        raise _tagged(event)
    if not event.implicit[0]:
        return event.value
    try:
        return resolved(event.value)
    except NumberTooLarge:
        raise broken(_line(event), "a number is too large", "Quote it when it is meant as text.") from None


def _is_merge(event: Any) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0] and event.tag is None


def _levels(value: object) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(_levels, children), default=0)
