"""managedFields: which manager set which field by which operation, kept beside every object that is written."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ack_sandbox.kube import fieldsets, typed
from ack_sandbox.kube.fieldsets import Path, Paths
from ack_sandbox.kube.objects import Object, metadata
from ack_sandbox.kube.schema import Schema

# What the server itself sets is nobody's.
NOBODYS = {("f:apiVersion",), ("f:kind",), ("f:metadata",)} | {
    ("f:metadata", f"f:{name}")
    for name in ("name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields")
}
NOBODYS |= {("f:metadata", f"f:{name}") for name in ("resourceVersion", "deletionTimestamp")}
NOBODYS |= {("f:metadata", "f:deletionGracePeriodSeconds")}
TIMES = ("f:creationTimestamp",)  # of templates, where it is always null


@dataclass(frozen=True, kw_only=True)
class Manager:
    name: str
    operation: str  # "Apply" or "Update"
    api_version: str
    subresource: str = ""
    time: str = ""
    paths: Paths = fieldsets.NONE

    @property
    def identity(self) -> tuple[str, str, str]:
        # One manager that writes by two versions has two entries when it updates, and one when it applies.
        return (self.name, self.operation, self.subresource)

    def entry(self) -> Object:
        made = {"manager": self.name, "operation": self.operation, "apiVersion": self.api_version}
        if self.time:
            made["time"] = self.time
        entry: Object = {**made, "fieldsType": "FieldsV1", "fieldsV1": fieldsets.written(self.paths)}
        return {**entry, "subresource": self.subresource} if self.subresource else entry


@dataclass(frozen=True)
class Conflict:
    manager: Manager
    paths: list[Path]


def managers_of(obj: Object) -> list[Manager]:
    return [_manager(each) for each in metadata(obj).get("managedFields") or []]


def _manager(entry: Object) -> Manager:
    return Manager(
        name=str(entry.get("manager", "")),
        operation=str(entry.get("operation", "Update")),
        api_version=str(entry.get("apiVersion", "")),
        subresource=str(entry.get("subresource", "")),
        time=str(entry.get("time") or ""),
        paths=fieldsets.read(entry.get("fieldsV1") or {}),
    )


def entries(managers: Iterable[Manager]) -> list[Object]:
    """In the order of a real server: what was applied first, then by time and name."""
    kept = [each for each in managers if each.paths]
    kept.sort(key=lambda each: (each.operation != "Apply", each.time, each.name, each.subresource))
    return [each.entry() for each in kept]


def updated(
    schema: Schema, old: Object | None, new: Object, managers: list[Manager], by: Manager, ignored: tuple[str, ...]
) -> list[Manager]:
    """After an update: what changed is the writer's alone, what went is nobody's. `ignored` are parts not written."""
    before: Any = old if old is not None else (typed.MISSING if schema.custom else typed.blank(schema))
    found = typed.compare(schema, {} if before is typed.MISSING else before, new)
    written = _owned(found.set, ignored)
    made = [_without(each, written | found.removed) for each in managers if each.identity != by.identity]
    own = next((each for each in managers if each.identity == by.identity), replace(by, paths=fieldsets.NONE))
    paths = frozenset((own.paths | written) - found.removed)
    return [*made, own if paths == own.paths else replace(by, paths=paths)]


def _owned(paths: set[Path], ignored: tuple[str, ...]) -> set[Path]:
    parts = {f"f:{name}" for name in ignored}
    return {path for path in paths if path and path not in NOBODYS and path[0] not in parts and path[-1] not in TIMES}


def _without(manager: Manager, paths: set[Path]) -> Manager:
    left = manager.paths - paths
    return manager if left == manager.paths else replace(manager, paths=frozenset(left))


@dataclass(frozen=True)
class Applied:
    object: Object
    managers: list[Manager]
    conflicts: list[Conflict]


def applied(
    schema: Schema, live: Object, config: Object, managers: list[Manager], by: Manager, ignored: tuple[str, ...]
) -> Applied:
    """Server-side apply: the merged object, who owns what then, and the fields that others hold with other values."""
    last = next((each for each in managers if each.identity == by.identity), None)
    own = replace(by, paths=frozenset(_owned(set(typed.leaves(schema, config)), ignored)))
    others = [each for each in managers if each.identity != by.identity]
    made = typed.merged(schema, live, config)
    if last is not None:
        held = fieldsets.ancestors(path for each in (*others, own) for path in each.paths)
        made = typed.without(schema, made, {path for path in last.paths if path not in held})
    found = typed.compare(schema, live, made)
    changed = _owned(found.set, ignored)
    conflicts = [Conflict(each, sorted(each.paths & changed)) for each in others if each.paths & changed]
    left = [_without(each, changed | found.removed) for each in others]
    unchanged = last is not None and last.paths == own.paths and not (changed or found.removed)
    return Applied(made, [*left, last if unchanged and last else own], conflicts)
