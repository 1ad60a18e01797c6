"""Objects as clusters hold them, short to write, and what a triage says of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ack_mcp_server.triage.collecting import Extra, findings
from ack_mcp_server.triage.findings import Finding
from ack_mcp_server.triage.judging import of_the_cluster
from ack_mcp_server.triage.reading import LISTS
from ack_mcp_server.triage.scene import Scene
from ack_mcp_server.triage.slimming import slim
from ack_mcp_server.triage.workloads import cases

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Made = dict[str, Any]


def ago(**span: float) -> str:
    return (NOW - timedelta(**span)).isoformat().replace("+00:00", "Z")


def made(kind: str, name: str, *, uid: str = "", owner: tuple[str, str] | None = None, **parts: Any) -> Made:
    """`owner` is a kind and a uid; names of owners are their uids here."""
    meta: Made = {"name": name, "namespace": "shop", "uid": uid or name, "creationTimestamp": ago(days=3)}
    if owner:
        reference = {"kind": owner[0], "name": owner[1], "uid": owner[1], "controller": True}
        meta["ownerReferences"] = [reference]
    meta |= parts.pop("metadata", {})
    return {"kind": kind, "metadata": meta, **parts}


def pod(name: str = "web-0", *, ready: bool = True, owner: tuple[str, str] | None = None, **parts: Any) -> Made:
    status = {"name": "app", "ready": ready, "restartCount": 0, "state": {"running": {"startedAt": ago(days=3)}}}
    conditions = [
        {"type": "PodScheduled", "status": "True"},
        {"type": "Ready", "status": str(ready), "lastTransitionTime": ago(minutes=30)},
    ]
    whole: Made = {
        "spec": {"nodeName": "n1", "containers": [{"name": "app"}]},
        "status": {"phase": "Running", "conditions": conditions, "containerStatuses": [status]},
    }
    for group in ("spec", "status"):
        whole[group] |= parts.pop(group, {})
    return made("Pod", name, owner=owner, **whole, **parts)


def container(name: str = "app", **parts: Any) -> Made:
    return {"name": name, "ready": True, "restartCount": 0, "state": {"running": {"startedAt": ago(days=3)}}, **parts}


def ended(reason: str, code: int, **span: float) -> Made:
    finished = timedelta(**span)
    lived = finished + timedelta(minutes=1)
    at = {"startedAt": (NOW - lived).isoformat(), "finishedAt": (NOW - finished).isoformat()}
    return {"terminated": {"reason": reason, "exitCode": code, **at}}


def deployment(name: str = "web", *, wanted: int = 1, ready: int = 1, **parts: Any) -> list[Made]:
    """With its ReplicaSet, whose uid is `<name>-1`."""
    labels = {"metadata": {"labels": {"app": name}}}
    spec = {"replicas": wanted, "template": labels}
    obj = made("Deployment", name, spec=spec, status={"readyReplicas": ready}, **parts)
    return [obj, made("ReplicaSet", f"{name}-1", owner=("Deployment", name), spec={"template": labels})]


def scene(*objects: Made, missing: Mapping[str, str] | None = None) -> Scene:
    """Everything that a triage lists was read, but for what is `missing`."""
    by_kind: dict[str, list[Any]] = {each.kind: [] for each in LISTS}
    for obj in objects:
        by_kind[obj["kind"]].append(slim(obj))
    return Scene(NOW, by_kind, missing or {})


def found(*objects: Made, missing: Mapping[str, str] | None = None) -> list[Finding]:
    seen = scene(*objects, missing=missing)
    return findings(cases(seen), of_the_cluster(seen, ""), Extra({}, {}, {}))


def causes(*objects: Made, missing: Mapping[str, str] | None = None) -> dict[str, str]:
    """The kind of the first cause, by subject."""
    return {str(each.subject): each.causes[0].kind for each in found(*objects, missing=missing)}
