"""Reading Kubernetes objects as JSON: the alias every module uses, and the accessors that tolerate missing fields."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Object = dict[str, Any]


def metadata(obj: Object) -> Object:
    found: Object = obj.get("metadata") or {}
    return found


def name_of(obj: Object) -> str:
    return str(metadata(obj).get("name", ""))


def namespace_of(obj: Object) -> str:
    return str(metadata(obj).get("namespace", ""))


def labels_of(obj: Object) -> dict[str, str]:
    return metadata(obj).get("labels") or {}


def dig(obj: Any, *path: str | int, default: Any = None) -> Any:
    """The value at `path`, or `default` where any step is missing or null."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(obj, list) or len(obj) <= step:
                return default
            obj = obj[step]
        else:
            if not isinstance(obj, dict):
                return default
            obj = obj.get(step)
        if obj is None:
            return default
    return obj


def condition(obj: Object, kind: str) -> Object | None:
    conditions: list[Object] = dig(obj, "status", "conditions", default=[])
    return next((entry for entry in conditions if entry.get("type") == kind), None)


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_micro(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=65536)
def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)
