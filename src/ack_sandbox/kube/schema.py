"""What the published schemas say of a value: its fields, how its lists are keyed, and how patches merge it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ack_sandbox.kube import openapi
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.store import Store

Shape = Literal["struct", "map", "list", "any", "scalar"]


@dataclass(frozen=True)
class Schema:
    """One place in a schema: what is said at the reference (`outer`), and what the reference leads to (`node`)."""

    outer: Object
    custom: bool = False

    @cached_property
    def name(self) -> str:
        """The name of the published schema, or nothing for one that is written in place."""
        reference = next((each["$ref"] for each in (self.outer, *self.outer.get("allOf", ())) if "$ref" in each), "")
        return str(reference).removeprefix(openapi.PREFIX)

    @cached_property
    def node(self) -> Object:
        return openapi.published(self.name) if self.name else self.outer

    def said(self, what: str) -> Any:
        return self.outer.get(what, self.node.get(what))

    @cached_property
    def shape(self) -> Shape:
        if self.node.get("properties"):
            return "struct"
        if isinstance(self.node.get("additionalProperties"), dict):
            return "map"
        if self.node.get("type") == "array":
            return "list"
        return "any" if self.node.get("type") == "object" else "scalar"

    @property
    def is_open(self) -> bool:
        """Whether unknown fields are kept as they are."""
        return self.shape == "any" or bool(self.said("x-kubernetes-preserve-unknown-fields"))

    def field(self, name: str) -> "Schema | None":
        """The schema of one field, or of any value of a map."""
        found = (self.node.get("properties") or {}).get(name)
        if found is None and isinstance(self.node.get("additionalProperties"), dict):
            found = self.node["additionalProperties"]
        return Schema(found, self.custom) if found is not None else None

    @cached_property
    def item(self) -> "Schema":
        return Schema(self.node.get("items") or {}, self.custom)

    @property
    def required(self) -> list[str]:
        return self.node.get("required") or []

    @property
    def keys(self) -> list[str]:
        """The fields that identify the items of a list."""
        return self.said("x-kubernetes-list-map-keys") or []

    @property
    def is_atomic(self) -> bool:
        """Whether one manager owns the whole value, for server-side apply."""
        if self.shape == "list":
            return self.said("x-kubernetes-list-type") not in ("map", "set")
        return self.shape == "scalar" or self.said("x-kubernetes-map-type") == "atomic"

    @property
    def strategies(self) -> list[str]:
        """Of a strategic merge patch: `merge`, `replace`, `retainKeys`."""
        return (self.said("x-kubernetes-patch-strategy") or "").split(",")

    @property
    def merge_key(self) -> str:
        return self.said("x-kubernetes-patch-merge-key") or ""

    @property
    def default(self) -> Any:
        return self.outer.get("default")

    @property
    def go_type(self) -> str:
        """What Go calls the type, as the errors of its decoder do."""
        kind = self.node.get("type")
        if kind == "integer":
            return self.node.get("format") or "int64"
        if kind == "array":
            return f"[]{self.item.go_type}"
        if self.name:
            version, _, name = self.name.rpartition(".")
            return f"{version.rpartition('.')[2]}.{name}"
        if self.shape == "map":
            return "map[string]" + Schema(self.node["additionalProperties"]).go_type
        return {"boolean": "bool", "number": "float64"}.get(kind or "", "string")


ANYTHING = Schema({"type": "object"})


def schema_of(store: Store, resource: Resource) -> Schema:
    name = openapi.schema_name(resource)
    if resource.custom:
        return Schema(openapi.schemas_of(store, resource)[name], custom=True)
    return Schema({"$ref": openapi.PREFIX + name}) if name else ANYTHING
