"""What the schema of a CustomResourceDefinition refuses."""

import re
from collections.abc import Iterator
from typing import Any

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.schema import Schema
from ack_sandbox.kube.validation.problems import Problem, as_json, invalid, required, unsupported

NAMES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
BARE = ("metadata", "kind", "apiVersion")


def custom_problems(schema: Schema, obj: Object) -> list[Problem]:
    wanted = {name: value for name, value in obj.items() if name not in BARE}
    return list(_problems(schema, wanted, ""))


def _problems(schema: Schema, value: Any, field: str) -> Iterator[Problem]:
    kind = schema.node.get("type")
    if kind and not _is(kind, value) and not schema.said("x-kubernetes-int-or-string"):
        told = as_json(_name(value) if isinstance(value, dict | list) else value)
        why = f"{field} in body must be of type {kind}: {told}"
        yield field, f"Invalid value: {told}: {why}"
        return
    yield from _bounds(schema, value, field)
    if isinstance(value, dict):
        yield from _parts(schema, value, field)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _problems(schema.item, each, f"{field}[{index}]")


def _is(kind: str, value: Any) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return _name(value) == kind


def _name(value: Any) -> str:
    return NAMES.get(type(value), "object")


def _parts(schema: Schema, value: Object, field: str) -> Iterator[Problem]:
    for name in schema.required:
        if name not in value and not (not field and name in BARE):
            yield required(f"{field}.{name}".lstrip("."))
    for name, each in value.items():
        below = schema.field(name)
        if below is not None:
            yield from _problems(below, each, f"{field}.{name}".lstrip("."))


def _bounds(schema: Schema, value: Any, field: str) -> Iterator[Problem]:
    node = schema.node
    if node.get("enum") and value not in node["enum"]:
        yield unsupported(field, value, node["enum"])
    if isinstance(value, int | float) and not isinstance(value, bool):
        if "minimum" in node and value < node["minimum"]:
            yield invalid(field, value, f"{field} in body should be greater than or equal to {node['minimum']}")
        if "maximum" in node and value > node["maximum"]:
            yield invalid(field, value, f"{field} in body should be less than or equal to {node['maximum']}")
    if isinstance(value, str) and node.get("pattern") and not re.search(node["pattern"], value):
        yield invalid(field, value, f"{field} in body should match '{node['pattern']}'")
