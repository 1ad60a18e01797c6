"""Values under their schema: which fields they set, how two differ, how one is merged into another, what is taken out.

The rules are those of structured merge: atomic values are one field, keyed lists are compared item by item.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ack_sandbox.kube.fieldsets import Path, identity
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.schema import ANYTHING, Schema

MISSING: Any = object()


def _is_whole(schema: Schema, value: Any) -> bool:
    """Whether the value is one field, however much it holds."""
    if isinstance(value, list):
        return schema.shape != "list" or schema.is_atomic
    return not isinstance(value, dict) or (schema.shape != "scalar" and schema.is_atomic)


def _children(schema: Schema, value: Any) -> Iterator[tuple[str, Schema, Any]]:
    """The parts of a value that is not atomic, with their path elements."""
    if isinstance(value, list):
        for item in value:
            yield identity(schema, item), schema.item, item
    elif isinstance(value, dict):
        for name, each in value.items():
            yield f"f:{name}", schema.field(name) or _deduced(each), each


def _deduced(value: Any) -> Schema:
    return Schema({"type": "array"}) if isinstance(value, list) else ANYTHING


def leaves(schema: Schema, value: Any, path: Path = ()) -> Iterator[Path]:
    """What an applied configuration sets: the ends of its branches, and the items of its lists."""
    if _is_whole(schema, value) or not value:
        yield path
        return
    for element, below, each in _children(schema, value):
        if element.startswith("k:"):
            yield (*path, element)
        yield from leaves(below, each, (*path, element))


def _everything(schema: Schema, value: Any, path: Path) -> Iterator[Path]:
    yield path
    if not _is_whole(schema, value):
        for element, below, each in _children(schema, value):
            yield from _everything(below, each, (*path, element))


@dataclass
class Comparison:
    added: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    removed: set[Path] = field(default_factory=set)

    @property
    def set(self) -> "set[Path]":
        return self.added | self.modified


def compare(schema: Schema, old: Any, new: Any) -> Comparison:
    found = Comparison()
    _compare(schema, old, new, (), found)
    return found


def _compare(schema: Schema, old: Any, new: Any, path: Path, found: Comparison) -> None:
    if old is MISSING:
        found.added.update(_everything(schema, new, path))
    elif new is MISSING:
        found.removed.update(_everything(schema, old, path))
    elif _is_whole(schema, new if old is None else old) or _is_whole(schema, old if new is None else new):
        if old != new:
            found.modified.add(path)
    else:
        _compare_parts(schema, old, new, path, found)


def _compare_parts(schema: Schema, old: Any, new: Any, path: Path, found: Comparison) -> None:
    before = {element: (below, each) for element, below, each in _children(schema, old)}
    after = {element: (below, each) for element, below, each in _children(schema, new)}
    for element in {**before, **after}:
        below, _ = after.get(element) or before[element]
        pair = (before.get(element, (below, MISSING))[1], after.get(element, (below, MISSING))[1])
        _compare(below, *pair, (*path, element), found)


def merged(schema: Schema, live: Any, config: Any) -> Any:
    """The live value with everything that the configuration says."""
    if live is MISSING or live is None or _is_whole(schema, config) or _is_whole(schema, live):
        return config
    if isinstance(config, list):
        return _merged_list(schema, live, config)
    made: Object = dict(live)
    for name, each in config.items():
        made[name] = merged(schema.field(name) or _deduced(each), live.get(name, MISSING), each)
    return made


def _merged_list(schema: Schema, live: list[Any], config: list[Any]) -> list[Any]:
    """Shared items in the order of the configuration, the others where they were."""
    known = {identity(schema, each): each for each in live}
    asked = {identity(schema, each): each for each in config}
    left, made = list(asked), []
    for element, each in known.items():
        if element not in asked:
            made.append(each)
            continue
        while element in left:
            name = left.pop(0)
            made.append(merged(schema.item, known.get(name, MISSING), asked[name]))
    return made + [asked[name] for name in left]


def without(schema: Schema, value: Any, paths: set[Path]) -> Any:
    """The value with what is at the paths taken out; what becomes empty by that goes too."""
    return _without(schema, value, paths, {path[:depth] for path in paths for depth in range(len(path))}, ())


def _without(schema: Schema, value: Any, paths: set[Path], above: set[Path], path: Path) -> Any:
    if path in paths:
        return MISSING
    if path not in above or _is_whole(schema, value):
        return value
    kept = []
    for element, below, each in _children(schema, value):
        left = _without(below, each, paths, above, (*path, element))
        if left is not MISSING:
            kept.append((element, left))
    if not kept and value:
        return MISSING
    return [left for _, left in kept] if isinstance(value, list) else {element[2:]: left for element, left in kept}


def blank(schema: Schema) -> Object:
    """An object with nothing set, as Go writes one: what is no pointer is there, what is required is null."""
    made: Object = {}
    for name, node in (schema.node.get("properties") or {}).items():
        below = Schema(node)
        if below.default == {} and below.shape == "struct":
            made[name] = blank(below)
        elif name in schema.required:
            made[name] = None
    return made
