"""The status of a Deployment from its ReplicaSets: counts, availability, progress and its deadline."""

from datetime import datetime, timedelta

from ack_sandbox.kube.controllers import templates
from ack_sandbox.kube.controllers.conditions import set_condition, without
from ack_sandbox.kube.objects import Object, condition, dig, metadata, name_of, parse_time

PAUSED, TIMED_OUT = "DeploymentPaused", "ProgressDeadlineExceeded"
DONE, UPDATED, CREATED = "NewReplicaSetAvailable", "ReplicaSetUpdated", "NewReplicaSetCreated"


def status(made: Object, newest: Object | None, sets: list[Object], at: datetime) -> tuple[Object, datetime | None]:
    """The status, and when to look again whether the deadline has passed."""
    counts = _counts(made, newest, sets)
    wanted = int(dig(made, "spec", "replicas", default=1))
    conditions = _availability(made, counts, wanted, at)
    conditions, look = _progress(made, newest, counts, wanted, conditions, at)
    conditions = _failure(newest, conditions)
    kept = {key: value for key, value in counts.items() if value}
    return {"observedGeneration": metadata(made).get("generation", 1), **kept, "conditions": conditions}, look


def _counts(made: Object, newest: Object | None, sets: list[Object]) -> dict[str, int]:
    def total(name: str) -> int:
        return sum(int(dig(each, "status", name, default=0)) for each in sets)

    replicas, available = total("replicas"), total("availableReplicas")
    asked = sum(int(dig(each, "spec", "replicas", default=0)) for each in sets)
    return {
        "replicas": replicas,
        "updatedReplicas": int(dig(newest or {}, "status", "replicas", default=0)),
        "readyReplicas": total("readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(asked - available, 0),
    }


def _availability(made: Object, counts: dict[str, int], wanted: int, at: datetime) -> list[Object]:
    enough = counts["availableReplicas"] >= wanted - templates.bounds(made)[1]
    reason = "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable"
    text = f"Deployment {'has' if enough else 'does not have'} minimum availability."
    old = dig(made, "status", "conditions", default=[])
    return set_condition(old, "Available", enough, at, reason, text, updated=True)


def _progress(
    made: Object, newest: Object | None, counts: dict[str, int], wanted: int, conditions: list[Object], at: datetime
) -> tuple[list[Object], datetime | None]:
    def told(holds: bool | None, reason: str, text: str) -> list[Object]:
        found = set_condition(conditions, "Progressing", bool(holds), at, reason, text, updated=True)
        if holds is None:
            found = [{**each, "status": "Unknown"} if each["type"] == "Progressing" else each for each in found]
        return found

    old = condition(made, "Progressing")
    if made["spec"].get("paused"):
        return (conditions if old and old["reason"] == PAUSED else told(None, PAUSED, "Deployment is paused")), None
    subject = f'ReplicaSet "{name_of(newest)}"' if newest is not None else "Deployment"
    complete = counts["updatedReplicas"] == counts["replicas"] == wanted and counts["availableReplicas"] >= wanted
    if complete:
        return told(True, DONE, f"{subject} has successfully progressed."), None
    if old is not None and old["reason"] == DONE and _is_same(made, newest) and subject in old["message"]:
        return conditions, None  # a finished rollout whose pods are in trouble, or that is scaled, stays finished
    deadline = timedelta(seconds=int(dig(made, "spec", "progressDeadlineSeconds", default=600)))
    if old is not None and not _has_moved(made, counts, old, subject):
        due = parse_time(old.get("lastUpdateTime") or old["lastTransitionTime"]) + deadline
        if old["reason"] == TIMED_OUT:
            return conditions, None
        if at >= due:
            return told(False, TIMED_OUT, f"{subject} has timed out progressing."), None
        return conditions, due
    rest = without(conditions, "Progressing") if old is not None and old["status"] == "True" else conditions
    found = set_condition(rest, "Progressing", True, at, UPDATED, f"{subject} is progressing.", updated=True)
    return _since(found, old), at + deadline


def _is_same(made: Object, newest: Object | None) -> bool:
    return newest is not None and dig(made, "status", "updatedReplicas", default=0) > 0


def _has_moved(made: Object, counts: dict[str, int], old: Object, subject: str) -> bool:
    """Whether the rollout is another one, or further than the last status said."""
    if subject not in old["message"] or old["reason"] in (PAUSED, DONE):
        return True
    before = {name: int(dig(made, "status", name, default=0)) for name in counts}
    stale = counts["replicas"] - counts["updatedReplicas"] < before["replicas"] - before["updatedReplicas"]
    grown = any(counts[name] > before[name] for name in ("updatedReplicas", "readyReplicas", "availableReplicas"))
    return stale or grown


def _since(conditions: list[Object], old: Object | None) -> list[Object]:
    """Progress that goes on has been since the time it began to hold."""
    if old is None or old["status"] != "True":
        return conditions
    began = old["lastTransitionTime"]
    return [{**each, "lastTransitionTime": began} if each["type"] == "Progressing" else each for each in conditions]


def _failure(newest: Object | None, conditions: list[Object]) -> list[Object]:
    failed = condition(newest or {}, "ReplicaFailure")
    kept = without(conditions, "ReplicaFailure")
    return [*kept, {**failed, "lastUpdateTime": failed["lastTransitionTime"]}] if failed else kept
