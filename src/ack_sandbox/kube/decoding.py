"""Objects as the server reads them: typed by their schema, with unknown and duplicate fields told and taken out."""

import json
from dataclasses import dataclass, field
from typing import Any

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.quantity_text import canonical
from ack_sandbox.kube.schema import Schema

QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
GO_NAMES = {str: "string", bool: "bool", int: "number", float: "number", list: "array"}
GONE: Any = object()


class Mistyped(Exception):
    """A value of a type that its field does not take; the message is that of Go's decoder."""

    def __init__(self, place: "Place", value: Any, go_type: str) -> None:
        found = GO_NAMES.get(type(value), "object")
        super().__init__(f"json: cannot unmarshal {found} into Go struct field {place} of type {go_type}")
        self.schema_type = go_type


class Repeating(dict[str, Any]):
    """A JSON object that remembers the names that came twice."""

    twice: tuple[str, ...] = ()


def _pairs(pairs: list[tuple[str, Any]]) -> Object:
    made = Repeating(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        made.twice = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    return made


def loads(text: bytes) -> Any:
    return json.loads(text, object_pairs_hook=_pairs)


@dataclass(frozen=True)
class Place:
    """Where a value is: by the struct that holds it, and by names from the top."""

    struct: str
    path: str = ""
    indexed: str = ""

    def __str__(self) -> str:
        return f"{self.struct}.{self.path}"

    def below(self, name: str, struct: str = "") -> "Place":
        path = f"{self.path}.{name}" if self.path else name
        indexed = f"{self.indexed}.{name}" if self.indexed else name
        return Place(struct or self.struct, path, indexed)

    def at(self, index: int) -> "Place":
        return Place(self.struct, self.path, f"{self.indexed}[{index}]")


@dataclass
class Reading:
    """One object read; `problems` is what strict decoding would refuse."""

    keeps_nulls: bool = False  # a null is no value, except where it was stored as one
    problems: list[str] = field(default_factory=list)

    def read(self, schema: Schema, obj: Object, kind: str) -> Object:
        """Raises Mistyped."""
        return self._struct(schema, obj, Place(kind))

    def _value(self, schema: Schema, value: Any, place: Place) -> Any:
        if value is None:
            return None if self.keeps_nulls and schema.shape == "scalar" else GONE
        if schema.shape == "any":
            return value
        if schema.shape == "scalar":
            return _scalar(schema, value, place)
        if schema.shape == "list":
            if not isinstance(value, list):
                raise Mistyped(place, value, schema.go_type)
            items = (self._value(schema.item, each, place.at(index)) for index, each in enumerate(value))
            return [each for each in items if each is not GONE]
        if not isinstance(value, dict):
            raise Mistyped(place, value, schema.go_type)
        return self._map(schema, value, place) if schema.shape == "map" else self._struct(schema, value, place)

    def _map(self, schema: Schema, value: Object, place: Place) -> Object:
        self._twice(value, place)
        below = Schema(schema.node["additionalProperties"], schema.custom)
        made = {name: self._value(below, each, place.below(name)) for name, each in value.items()}
        return {name: each for name, each in made.items() if each is not GONE}

    def _struct(self, schema: Schema, value: Object, place: Place) -> Object:
        self._twice(value, place)
        struct = schema.name.rpartition(".")[2] or place.struct
        made: Object = {}
        for name, each in value.items():
            below = (schema.node.get("properties") or {}).get(name)
            inner = place.below(name, struct)
            if below is None:
                if schema.is_open:
                    made[name] = each
                else:
                    self.problems.append(f'unknown field "{inner.indexed}"')
                continue
            made[name] = self._value(Schema(below, schema.custom), each, inner)
        return {name: each for name, each in made.items() if each is not GONE}

    def _twice(self, value: Object, place: Place) -> None:
        for name in getattr(value, "twice", ()):
            self.problems.append(f'duplicate field "{place.below(name).indexed}"')


def _scalar(schema: Schema, value: Any, place: Place) -> Any:
    if schema.name == QUANTITY:
        return _quantity(value, place)
    kind = schema.node.get("type")
    if schema.custom or kind is None:
        return value  # custom resources are validated, not decoded
    fits = {
        "string": isinstance(value, str),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": isinstance(value, bool),
    }
    if not fits.get(kind, True):
        raise Mistyped(place, value, schema.go_type)
    return value


def _quantity(value: Any, place: Place) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Mistyped(place, value, "resource.Quantity")
    return canonical(value)
