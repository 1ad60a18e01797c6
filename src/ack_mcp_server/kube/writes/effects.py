"""What a change comes to beyond its verb, where rules have a word for it: a patch can do what scale or delete does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from ack_mcp_server.kube.table.writes import FIELD_MANAGER
from ack_mcp_server.kube.writes.change import Change, Json, Touched

ZERO = "scale to 0"
UNHELD = "remove finalizers"  # of what is being deleted, which then is gone at once
OVERWRITTEN = "overwrite secret"  # whose values cannot be read back through this server
_DELETIONS = ("helm uninstall", "argocd app delete")
_FINALIZERS = ("metadata", "finalizers")
_OWNERS = ("metadata", "ownerReferences")
_OF_PODS = ("spec", "template", "spec")
# By kind ("" is any): where it is said how many pods run, or on which nodes, and which values leave none, or may.
_RUNNING: tuple[tuple[str, Sequence[str], Callable[[Any], bool]], ...] = (
    ("", ("spec", "replicas"), lambda value: bool(value == 0)),
    ("Job", ("spec", "parallelism"), lambda value: bool(value == 0)),
    ("Job", ("spec", "suspend"), lambda value: value is True),
    ("DaemonSet", (*_OF_PODS, "nodeSelector"), bool),
    ("DaemonSet", (*_OF_PODS, "affinity"), bool),
)


def effects(change: Change, touched: Touched) -> tuple[str, ...]:
    """Of one object; what is not there yet loses nothing."""
    if change.verb in _DELETIONS:
        return ("delete",)
    if change.verb == "scale":
        return (ZERO,) * (change.command.value("replicas") == "0")
    before = touched.before
    wishes = list(_wishes(change, touched)) if before else []
    if before is None or not wishes:
        return ()
    kind = touched.resource.kind
    told = {
        ZERO: any(_empties(kind, wish, before) for wish in wishes),
        UNHELD: _is_held(before) and (_owns_finalizers(before) or any(_reaches(wish, _FINALIZERS) for wish in wishes)),
        "delete": any(_gives_away(wish, before) for wish in wishes),
        OVERWRITTEN: touched.resource.label == "secrets",
    }
    return tuple(word for word, is_so in told.items() if is_so)


def _wishes(change: Change, touched: Touched) -> Iterator[Json]:
    """How the object shall be, or parts of it, by patches and documents."""
    if patch := change.command.value("patch"):
        said = orjson.loads(patch)
        yield from [said] if isinstance(said, dict) else [_of_operation(each) for each in said]
    resource = touched.resource
    for body in change.bodies.get((resource.group, resource.kind, touched.name), ()):
        if str(_at(body, ("metadata", "namespace")) or touched.namespace) == touched.namespace:
            yield body


def _of_operation(operation: Any) -> Json:
    """One of a JSON patch, as the part of an object that it makes; what it copies or moves is not looked up. API
    servers do not look at what stands before the first slash."""
    if not isinstance(operation, Mapping) or operation.get("op") not in _ACTS:
        return {}
    made = _brought(operation)
    for part in reversed(str(operation.get("path", "")).split("/")[1:]):
        made = {part.replace("~1", "/").replace("~0", "~"): made}
    return made if isinstance(made, dict) else {}


def _brought(operation: Mapping[str, Any]) -> Any:
    if operation["op"] in ("copy", "move"):
        return _UNKNOWN
    made = operation.get("value") if operation["op"] != "remove" else None
    return {**made, _WHOLE: True} if isinstance(made, dict) else made


_ACTS = ("add", "replace", "remove", "copy", "move")
_WHOLE = "$patch"  # as strategic merges say that nothing of before stays


class _Unknown(dict[str, Any]):
    """What an operation brings from elsewhere: it may be anything, with any parts."""


_UNKNOWN = _Unknown()


def _empties(kind: str, wish: Json, before: Json) -> bool:
    for of, path, leaves_none in _RUNNING:
        if of in ("", kind):
            value = _at(wish, path)
            if value is _UNKNOWN or (leaves_none(value) and value != _at(before, path)):
                return True
    return False


def _is_held(before: Json) -> bool:
    return bool(_at(before, ("metadata", "deletionTimestamp")) and _at(before, _FINALIZERS))


def _owns_finalizers(before: Json) -> bool:
    """Whether this server applied them, so that a manifest without them takes them away."""
    entries = _at(before, ("metadata", "managedFields")) or ()
    mine = (each for each in entries if isinstance(each, Mapping) and each.get("manager") == FIELD_MANAGER)
    return any(_at(each, ("fieldsV1", "f:metadata", "f:finalizers")) is not None for each in mine)


def _gives_away(wish: Json, before: Json) -> bool:
    """To an owner, with which it goes: where there is none of that uid, it goes at once."""
    owners = _at(wish, _OWNERS)
    return owners is _UNKNOWN or bool(owners and owners != _at(before, _OWNERS))


def _reaches(wish: Json, path: Sequence[str]) -> bool:
    """Whether something is said of this place: a value, nothing, or that nothing of before stays around it."""
    for depth in range(len(path)):
        holder = _at(wish, path[:depth])
        if holder is _UNKNOWN:
            return True
        if not isinstance(holder, Mapping):
            return False
        if any(name.startswith("$") for name in holder) or (depth == len(path) - 1 and path[-1] in holder):
            return True
    return False


def _at(found: Any, path: Sequence[str]) -> Any:
    for name in path:
        if found is _UNKNOWN:
            return found
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
