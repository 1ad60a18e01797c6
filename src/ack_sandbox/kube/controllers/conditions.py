"""Conditions of a status: set, kept with their times where nothing changed, or taken away."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, condition, dig, rfc3339


def set_condition(
    conditions: list[Object], kind: str, holds: bool, at: datetime, reason: str, message: str, *, updated: bool = False
) -> list[Object]:
    """The conditions with one set; `updated` keeps a lastUpdateTime too, as workloads do."""
    old = next((each for each in conditions if each["type"] == kind), None)
    made = {"type": kind, "status": "True" if holds else "False", "reason": reason, "message": message}
    if old is not None and all(old.get(key) == value for key, value in made.items()):
        return conditions
    moment = rfc3339(at)
    same = old is not None and old["status"] == made["status"]
    made["lastTransitionTime"] = old["lastTransitionTime"] if old is not None and same else moment
    if updated:
        made["lastUpdateTime"] = moment
    if old is None:
        return [*conditions, made]
    return [made if each is old else each for each in conditions]


def without(conditions: list[Object], kind: str) -> list[Object]:
    return [each for each in conditions if each["type"] != kind]


def holds(obj: Object, kind: str) -> bool:
    return bool(dig(condition(obj, kind) or {}, "status") == "True")


def is_ready(pod: Object) -> bool:
    return holds(pod, "Ready") and "deletionTimestamp" not in pod["metadata"]
