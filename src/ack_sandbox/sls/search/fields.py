"""The fields of a logstore: their index, and their values in a row."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ack_sandbox.sls.rows.plans import FieldIndex, Row

# Every logstore has these, indexed or not.
RESERVED: Mapping[str, FieldIndex] = {"__source__": FieldIndex(), "__topic__": FieldIndex()}


def field_index(index: Mapping[str, FieldIndex], name: str) -> FieldIndex | None:
    """Of a field, or of a key within a JSON field, which is text unless it has an index of its own."""
    found = index.get(name) or RESERVED.get(name)
    if found is not None:
        return found
    outer = index.get(name.partition(".")[0])
    if outer is None or outer.type != "json":
        return None
    return FieldIndex(token=outer.token, case_sensitive=outer.case_sensitive, doc_value=outer.doc_value)


def value_of(row: Row, name: str) -> str | None:
    """The text of a field; None when the row has no such field, or null there."""
    value = row.get(name)
    if value is not None or "." not in name:
        return value
    outer, _, path = name.partition(".")
    text = row.get(outer)
    return None if text is None else _within(text, path)


@lru_cache(maxsize=400_000)  # a few logstores of 50,000 rows; JSON is parsed once, and only its texts are kept
def _within(text: str, path: str) -> str | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _text(_descend(value, path))


def _descend(value: Any, path: str) -> Any:
    """Keys may hold dots themselves (`annotations.authorization.k8s.io/decision`), so the longest key wins."""
    if not isinstance(value, dict):
        return None
    if path in value:
        return value[path]
    cuts = [at for at, char in enumerate(path) if char == "."]
    inner = (_descend(value[path[:at]], path[at + 1 :]) for at in reversed(cuts) if path[:at] in value)
    return next(inner, None)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
