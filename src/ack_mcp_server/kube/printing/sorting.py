"""The order that kubectl's --sort-by gives: Go's unstable sort with kubectl's comparison, so that ties fall alike."""

import json
from collections.abc import Sequence

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.errors import JsonPathError, NotUnderstood
from ack_mcp_server.kube.printing.gosort import go_sorted
from ack_mcp_server.kube.printing.jsonpath import Path, compile_path, relaxed_path
from ack_mcp_server.kube.printing.jsonpath.evaluate import Failed
from ack_mcp_server.kube.printing.quantity import quantity


class _Missing:
    """Sorts before everything, also before its like."""


_MISSING = _Missing()


def sort_rows(objects: Sequence[object], path: str) -> list[int]:
    """Of a list that is printed in a format: the indexes in their new order.

    Raises JsonPathError with what kubectl says; NotUnderstood where it ends with a log line.
    """
    if not objects:
        return []
    compiled = compile_path(path, relaxed=True)
    keys: list[object] = []
    for obj in objects:
        try:
            keys.append(_key(compiled, obj))
        except Failed as exc:
            if any(key is not _MISSING for key in keys):
                raise NotUnderstood(str(exc)) from None
            raise JsonPathError(str(exc)) from None
    if all(key is _MISSING for key in keys):
        shown = json.dumps(relaxed_path(path), ensure_ascii=False)
        raise JsonPathError(f"couldn't find any field with path {shown} in the list of objects")
    return go_sorted(keys, _less)


def sort_table(objects: Sequence[object], path: str) -> list[int]:
    """Of the rows of a table. kubectl drops its own error there: nothing is printed, so no index is left.

    Raises NotUnderstood where kubectl ends with a log line.
    """
    if len(objects) < 2:
        return list(range(len(objects)))
    try:
        relaxed_path(path)
    except JsonPathError as exc:
        raise NotUnderstood("a template to sort by") from exc
    try:
        return sort_rows(objects, path)
    except JsonPathError:
        return []


def _key(path: Path, obj: object) -> object:
    found = path.found(obj)
    return found[0] if found else _MISSING


def _less(one: object, other: object) -> bool:
    if one is _MISSING:
        return True
    if other is _MISSING:
        return False
    if one is None or other is None:
        return one is None and other is not None
    if isinstance(one, str) and isinstance(other, str):
        return _less_text(one, other)
    if isinstance(one, bool | str | dict | list) or isinstance(other, bool | str | dict | list):
        raise NotUnderstood("values that have no order")
    if isinstance(one, int | float) and isinstance(other, int | float):
        left, right = go.number(one), go.number(other)
        if type(left) is type(right):
            return left < right
    raise NotUnderstood("values that have no order")


def _less_text(one: str, other: str) -> bool:
    left = quantity(one)
    right = quantity(other) if left is not None else None
    return one < other if left is None or right is None else left < right
