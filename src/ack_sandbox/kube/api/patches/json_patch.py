"""JSON patch (RFC 6902) and JSON merge patch (RFC 7386)."""

import copy
import json
from collections.abc import Callable
from typing import Any

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.status import ApiError, bad_request

Operation = Object
LONGEST = 10_000


class Unfit(Exception):
    """An operation that cannot be done on this document."""


def parsed(body: bytes) -> list[Operation]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"error decoding patch: {error}") from None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise bad_request("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    if len(found) > LONGEST:
        message = f"The allowed maximum operations in a JSON patch is {LONGEST}, got {len(found)}"
        raise ApiError(413, message)
    return found


def apply(document: Object, operations: list[Operation]) -> Object:
    made: Any = copy.deepcopy(document)
    try:
        for operation in operations:
            made = _applied(made, operation)
    except (Unfit, KeyError, IndexError, TypeError, ValueError):
        # The server tells no more than this.
        raise rejected() from None
    if not isinstance(made, dict):
        raise rejected()
    return made


def rejected() -> ApiError:
    return ApiError(422, "the server rejected our request due to an error in our request", details={})


def _applied(document: Any, operation: Operation) -> Any:
    act = ACTS.get(operation.get("op", ""))
    if act is None:
        raise Unfit
    return act(document, operation)


def pointer(text: Any) -> list[str]:
    """Raises Unfit."""
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise Unfit
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _at(document: Any, path: list[str]) -> Any:
    for part in path:
        document = document[_index(document, part)] if isinstance(document, list) else document[part]
    return document


def _index(items: list[Any], part: str) -> int:
    index = int(part)
    if not 0 <= index < len(items):
        raise Unfit
    return index


def _add(document: Any, operation: Operation) -> Any:
    return _put(document, pointer(operation["path"]), copy.deepcopy(operation["value"]))


def _put(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _at(document, path[:-1]), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
        return document
    if not isinstance(parent, list):
        raise Unfit
    index = len(parent) if last == "-" else int(last)
    if not 0 <= index <= len(parent):
        raise Unfit
    parent.insert(index, value)
    return document


def _remove(document: Any, operation: Operation) -> Any:
    path = pointer(operation["path"])
    parent = _at(document, path[:-1])
    del parent[_index(parent, path[-1]) if isinstance(parent, list) else path[-1]]
    return document


def _replace(document: Any, operation: Operation) -> Any:
    path = pointer(operation["path"])
    if not path:
        return copy.deepcopy(operation["value"])
    parent = _at(document, path[:-1])
    if isinstance(parent, dict) and path[-1] not in parent:
        raise Unfit
    parent[_index(parent, path[-1]) if isinstance(parent, list) else path[-1]] = copy.deepcopy(operation["value"])
    return document


def _move(document: Any, operation: Operation) -> Any:
    value = _at(document, pointer(operation["from"]))
    left = _remove(document, {"path": operation["from"]})
    return _put(left, pointer(operation["path"]), value)


def _copy(document: Any, operation: Operation) -> Any:
    value = copy.deepcopy(_at(document, pointer(operation["from"])))
    return _put(document, pointer(operation["path"]), value)


def _test(document: Any, operation: Operation) -> Any:
    try:
        found = _at(document, pointer(operation["path"]))
    except (KeyError, IndexError, TypeError):
        found = None  # what is missing equals null
    if found != operation.get("value"):
        raise Unfit
    return document


ACTS: dict[str, Callable[[Any, Operation], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def merge(document: Any, patch: Any) -> Any:
    """A merge patch: null takes a field away, objects are merged, anything else replaces."""
    if not isinstance(patch, dict):
        return patch
    made = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merge(made.get(name), value)
    return made
