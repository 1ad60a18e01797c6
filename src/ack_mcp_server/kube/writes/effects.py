"""What a change comes to beyond its verb, where rules have a word for it: a patch can do what scale or delete does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from ack_mcp_server.kube.writes.change import Change, Json, Touched

ZERO = "scale to 0"
UNHELD = "remove finalizers"  # of what is being deleted, which then is gone at once
OVERWRITTEN = "overwrite secret"  # whose values cannot be read back through this server
_DELETIONS = ("helm uninstall", "argocd app delete")
_OWNERS = ("metadata", "ownerReferences")
_OF_PODS = ("spec", "template", "spec")
_ENDED = ("activeDeadlineSeconds", "ttlSecondsAfterFinished")  # after which a Job's pods, or it itself, are gone
# By kind ("" is any): values that leave none running.
_NONE_RUN: tuple[tuple[str, Sequence[str], Callable[[Any], bool]], ...] = (
    ("", ("spec", "replicas"), lambda value: bool(value == 0)),
    ("Job", ("spec", "parallelism"), lambda value: bool(value == 0)),
    ("Job", ("spec", "suspend"), lambda value: value is True),
    *(("Job", ("spec", name), lambda value: value is not None) for name in _ENDED),
)
# Where a DaemonSet runs: whatever is added leaves fewer nodes, perhaps none.
_PLACES = tuple((*_OF_PODS, name) for name in ("nodeSelector", "affinity", "nodeName"))


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
    told = {
        ZERO: any(_empties(touched.resource.kind, wish, before) for wish in wishes),
        # Whoever changes what is being deleted mostly means its end, and there are many ways to say it.
        UNHELD: bool(_at(before, ("metadata", "deletionTimestamp")) and _at(before, ("metadata", "finalizers"))),
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
        place = _at(body, ("metadata", "namespace"))
        if not (resource.namespaced and place) or place == touched.namespace:
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
    return operation.get("value") if operation["op"] != "remove" else None


_ACTS = ("add", "replace", "remove", "copy", "move")


class _Unknown(dict[str, Any]):
    """What an operation brings from elsewhere: it may be anything, with any parts."""


_UNKNOWN = _Unknown()


def _empties(kind: str, wish: Json, before: Json) -> bool:
    for of, path, leaves_none in _NONE_RUN:
        value = _at(wish, path) if of in ("", kind) else None
        if value is _UNKNOWN or (leaves_none(value) and value != _at(before, path)):
            return True
    return kind == "DaemonSet" and any(_adds(_at(wish, path), _at(before, path)) for path in _PLACES)


def _adds(wish: Any, before: Any) -> bool:
    """Whether something is said that was not so; what is taken away, by null or a directive, adds nothing."""
    if wish is _UNKNOWN:
        return True
    if not isinstance(wish, Mapping):
        return wish not in (None, [], before)
    return any(
        _adds(value, before.get(name) if isinstance(before, Mapping) else None)
        for name, value in wish.items()
        if not name.startswith("$")
    )


def _gives_away(wish: Json, before: Json) -> bool:
    """To an owner, with which it goes: where there is none of that uid, it goes at once."""
    owners = _at(wish, _OWNERS)
    if owners is _UNKNOWN:
        return True
    said = owners if isinstance(owners, list) else list(owners.values()) if isinstance(owners, Mapping) else []
    known = [each.get("uid") for each in _at(before, _OWNERS) or () if isinstance(each, Mapping)]
    new = [each for each in said if isinstance(each, Mapping) and each.get("$patch") != "delete"]
    return any(each is _UNKNOWN or each.get("uid") not in known for each in new)


def _at(found: Any, path: Sequence[str]) -> Any:
    for name in path:
        if found is _UNKNOWN:
            return found
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
