"""The body that a caller sent, read field by field; what is not as it must be is an InvalidParameter that names it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call

MANY = 1_000_000


@dataclass(frozen=True)
class Sent:
    """A JSON object; `name` is where in the body it was."""

    fields: Mapping[str, Any]
    name: str = ""

    def __contains__(self, field: str) -> bool:
        return self.fields.get(field) is not None

    def part(self, field: str) -> "Sent":
        """An object that is not there is an empty one."""
        value = self.fields.get(field)
        if value is not None and not isinstance(value, dict):
            raise errors.invalid_parameter(self._path(field), "it is an object")
        return Sent(value or {}, self._path(field))

    def text(self, field: str, default: str = "") -> str:
        value = self.fields.get(field)
        if value is None:
            return default
        if not isinstance(value, str):
            raise errors.invalid_parameter(self._path(field), "it is text")
        return value

    def required(self, field: str) -> str:
        value = self.text(field)
        if not value:
            raise errors.invalid_parameter(self._path(field), "it is required")
        return value

    def flag(self, field: str, default: bool = False) -> bool:
        value = self.fields.get(field, default)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise errors.invalid_parameter(self._path(field), "it is true or false")
        return value

    def integer(self, field: str, default: int, low: int = 0, high: int = MANY) -> int:
        value = self.fields.get(field)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise errors.invalid_parameter(self._path(field), f"it is an integer from {low} to {high}")
        return value

    def texts(self, field: str) -> list[str]:
        return _texts(self.fields.get(field) or [], self._path(field))

    def items(self, field: str) -> list["Sent"]:
        return _items(self.fields.get(field) or [], self._path(field))

    def _path(self, field: str) -> str:
        return f"{self.name}.{field}" if self.name else field


def sent(call: Call) -> Sent:
    return Sent(call.document())


def sent_items(call: Call) -> list[Sent]:
    """A body that is a bare array of objects."""
    found = _items(_json(call.body.decode(errors="replace") or "[]", "body"), "body")
    if not found:
        raise errors.invalid_parameter("body", "it is an array of at least one object")
    return found


def listed_in_query(call: Call, name: str) -> list[str]:
    """An array in the query, which travels as JSON text."""
    return _texts(_json(call.wanted(name) or "[]", name), name)


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise errors.invalid_parameter(name, "it is not JSON") from None


def _texts(value: Any, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise errors.invalid_parameter(name, "it is an array of texts")
    return value


def _items(value: Any, name: str) -> list[Sent]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise errors.invalid_parameter(name, "it is an array of objects")
    return [Sent(each, f"{name}[{index}]") for index, each in enumerate(value)]
