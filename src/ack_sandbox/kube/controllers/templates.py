"""Pod templates: when two are the same, the hash that names a revision, and the counts of a rolling update."""

import hashlib
import json
from typing import Any

from ack_sandbox.draws import SAFE_SUFFIX
from ack_sandbox.kube.objects import Object

HASH = "pod-template-hash"
MARKS = (HASH, "controller-revision-hash", "pod-template-generation")


def bare(template: Object) -> Any:
    """The template without what controllers add and without empty fields, to compare it by."""
    meta = template.get("metadata") or {}
    labels = {key: value for key, value in (meta.get("labels") or {}).items() if key not in MARKS}
    return _filled({**template, "$patch": None, "metadata": {**meta, "labels": labels}})


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _filled(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in (None, {}, [], "")}
    return [_filled(each) for each in value] if isinstance(value, list) else value


def same(one: Object, other: Object) -> bool:
    return bool(bare(one) == bare(other))


def digest(template: Object, *more: object) -> str:
    """Ten letters that stand for the template."""
    text = json.dumps([bare(template), *map(str, more)], sort_keys=True)
    number = int(hashlib.sha256(text.encode()).hexdigest(), 16)
    letters = []
    for _ in range(10):
        number, index = divmod(number, len(SAFE_SUFFIX))
        letters.append(SAFE_SUFFIX[index])
    return "".join(letters)


def share(value: Any, whole: int, *, up: bool) -> int:
    """A count given as a number or as a percentage of `whole`."""
    if isinstance(value, str) and value.endswith("%"):
        part = int(value[:-1]) * whole
        return -(-part // 100) if up else part // 100
    return int(value or 0)


def bounds(deployment: Object) -> tuple[int, int]:
    """How many pods may be too many, and how many too few, while a Deployment rolls."""
    strategy = deployment["spec"].get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return 0, int(deployment["spec"].get("replicas", 1))
    rolling = strategy.get("rollingUpdate") or {}
    wanted = int(deployment["spec"].get("replicas", 1))
    surge = share(rolling.get("maxSurge", "25%"), wanted, up=True)
    missing = share(rolling.get("maxUnavailable", "25%"), wanted, up=False)
    return surge, missing or (0 if surge else 1)
