"""What a change comes to beyond its verb, where rules have a word for it: a patch can do what scale or delete does."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from ack_mcp_server.kube.writes.change import Change, Json, Touched

ZERO = "scale to 0"
UNHELD = "remove finalizers"  # of what is being deleted, which then is gone at once
_DELETIONS = ("helm uninstall", "argocd app delete")
_SPEC, _REPLICAS = "/spec", "/spec/replicas"


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
    empties = _replicas(before) != 0 and any(map(_is_to_none, wishes))
    return (ZERO,) * empties + (UNHELD,) * _is_held(before)


def _wishes(change: Change, touched: Touched) -> Iterator[Any]:
    """Patches and documents that say how the object shall be."""
    if patch := change.command.value("patch"):
        yield orjson.loads(patch)
    for line in change.documents.splitlines():
        body = orjson.loads(line)
        if (body.get("kind"), _metadata(body).get("name")) == (touched.resource.kind, touched.name):
            yield body


def _is_to_none(wish: Any) -> bool:
    """Whether this many replicas, none, are wished for, or may be."""
    if isinstance(wish, Mapping):
        return bool(_replicas(wish) == 0)
    return any(_operation_may(each) for each in wish if isinstance(each, Mapping))


def _operation_may(operation: Mapping[str, Any]) -> bool:
    """One of a JSON patch; what is copied or moved is not looked up."""
    path, value = operation.get("path"), operation.get("value")
    if path not in ("", _SPEC, _REPLICAS) or operation.get("op") in ("test", "remove"):
        return False
    if "value" not in operation:
        return True
    whole = {"": value, _SPEC: {"spec": value}, _REPLICAS: {"spec": {"replicas": value}}}[path]
    return bool(_replicas(whole) == 0)


def _is_held(before: Json) -> bool:
    metadata = _metadata(before)
    return bool(metadata.get("deletionTimestamp") and metadata.get("finalizers"))


def _replicas(found: Any) -> Any:
    return _part(_part(found, "spec"), "replicas")


def _metadata(found: Json) -> Mapping[str, Any]:
    return _part(found, "metadata") or {}


def _part(found: Any, name: str) -> Any:
    return found.get(name) if isinstance(found, Mapping) else None
