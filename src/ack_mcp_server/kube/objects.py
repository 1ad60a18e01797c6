"""How Kubernetes objects are looked into: absent and null parts are as good as empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ack_mcp_server.kube.native.ages import human_duration, moment

Object = Mapping[str, Any]
NOTHING: Object = {}


@dataclass(frozen=True, order=True)
class Ref:
    """What an object is called: its kind in lower case, its namespace (empty for a cluster-scoped one), its name."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


def dig(obj: Any, *path: str) -> Any:
    for key in path:
        if not isinstance(obj, Mapping):
            return None
        obj = obj.get(key)
    return obj


def part(obj: Any, *path: str) -> Object:
    found = dig(obj, *path)
    return found if isinstance(found, Mapping) else NOTHING


def items(obj: Any, *path: str) -> list[Any]:
    found = dig(obj, *path)
    return found if isinstance(found, list) else []


def text(obj: Any, *path: str) -> str:
    found = dig(obj, *path)
    return found if isinstance(found, str) else ""


def number(obj: Any, *path: str) -> int:
    found = dig(obj, *path)
    return found if isinstance(found, int) else 0


def name_of(obj: Object) -> str:
    return text(obj, "metadata", "name")


def namespace_of(obj: Object) -> str:
    return text(obj, "metadata", "namespace")


def ref_of(obj: Object) -> Ref:
    return Ref(text(obj, "kind").lower(), namespace_of(obj), name_of(obj))


def condition(obj: Object, kind: str) -> Object:
    return next((each for each in items(obj, "status", "conditions") if text(each, "type") == kind), NOTHING)


def is_true(obj: Object, kind: str) -> bool:
    return text(condition(obj, kind), "status") == "True"


def time_of(obj: Any, *path: str) -> datetime | None:
    """None for what is absent or no time."""
    try:
        return moment(text(obj, *path))
    except ValueError:
        return None


def controller_of(obj: Object) -> Object:
    """The owner reference of its controller."""
    owners = items(obj, "metadata", "ownerReferences")
    return next((owner for owner in owners if dig(owner, "controller")), NOTHING)


def ago(since: datetime | None, now: datetime) -> str:
    return f"{human_duration((now - since).total_seconds())} ago" if since else ""


def selects(selector: Object, labels: Object) -> bool:
    """Of a plain selector; an empty one selects nothing."""
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())
