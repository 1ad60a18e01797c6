"""The words of the server for what is wrong with a field."""

import json
from typing import Any

Problem = tuple[str, str]


def invalid(field: str, value: Any, why: str) -> Problem:
    return field, f"Invalid value: {as_json(value)}: {why}"


def required(field: str, why: str = "") -> Problem:
    return field, f"Required value: {why}" if why else "Required value"


def forbidden(field: str, why: str) -> Problem:
    return field, f"Forbidden: {why}"


def duplicate(field: str, value: Any) -> Problem:
    return field, f"Duplicate value: {as_json(value)}"


def not_found(field: str, value: Any) -> Problem:
    return field, f"Not found: {as_json(value)}"


def unsupported(field: str, value: Any, supported: list[str]) -> Problem:
    allowed = ", ".join(sorted(map(as_json, supported)))
    return field, f"Unsupported value: {as_json(value)}: supported values: {allowed}"


def immutable(field: str, value: Any) -> Problem:
    return invalid(field, value, "field is immutable")


def as_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
