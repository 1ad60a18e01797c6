"""Sets of fields as managedFields write them: `f:` for a field, `k:` for an item by its keys, `v:` for a value."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.schema import Schema

Path = tuple[str, ...]
Paths = frozenset[Path]
NONE: Paths = frozenset()


def read(fields: Object) -> Paths:
    return frozenset(_read(fields, ()))


def _read(fields: Object, path: Path) -> Iterator[Path]:
    for element, below in fields.items():
        if element == ".":
            yield path
        elif not below:
            yield (*path, element)
        else:
            yield from _read(below, (*path, element))


def written(paths: Iterable[Path]) -> Object:
    """The FieldsV1 of a set, sorted; a dot stands for a place that is owned together with what is below it."""
    members = set(paths)
    made: Object = {}
    for path in sorted(members):
        at = made
        for depth, element in enumerate(path, 1):
            if element not in at:
                at[element] = {".": {}} if path[:depth] in members and depth < len(path) else {}
            elif depth < len(path) and not at[element] and path[:depth] in members:
                at[element]["."] = {}
            at = at[element]
    return made


def identity(schema: Schema, item: Any) -> str:
    """The path element of an item of a list."""
    if schema.said("x-kubernetes-list-type") == "set" or not isinstance(item, dict):
        return "v:" + json.dumps(item, separators=(",", ":"), sort_keys=True)
    keys: Object = {}
    for key in sorted(schema.keys):
        field = schema.item.field(key)
        value = item.get(key, field.default if field else None)
        if value is not None:
            keys[key] = value
    return "k:" + json.dumps(keys, separators=(",", ":"), ensure_ascii=False)


def shown(path: Path) -> str:
    """A path as a conflict names it: `.spec.containers[name="app"].image`."""
    return "".join(map(_shown, path))


def _shown(element: str) -> str:
    kind, text = element[0], element[2:]
    if kind == "f":
        return f".{text}"
    if kind == "v":
        return f"[={text}]"
    return "[" + ",".join(f"{key}={json.dumps(value)}" for key, value in json.loads(text).items()) + "]"


def ancestors(paths: Iterable[Path]) -> set[Path]:
    """The paths, and every place above them."""
    return {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
