"""How far a rollout is: kubectl's verdict on one object of each of the three kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Json
from ack_mcp_server.kube.native.rollout.visits import RolloutError
from ack_mcp_server.kube.native.said import NotUnderstood

REVISION = "deployment.kubernetes.io/revision"
_ROLLING = "RollingUpdate"


@dataclass(frozen=True)
class Progress:
    text: str
    done: bool = False


Judge = Callable[[Json, int], Progress]


def judge_of(resource: Resource) -> Judge:
    """Raises RolloutError for a kind that is not rolled out."""
    judge = _JUDGES.get((resource.group, resource.kind))
    if judge is None:
        raise RolloutError(f"no status viewer has been implemented for {group_kind(resource)}")
    return judge


def group_kind(resource: Resource) -> str:
    return f"{resource.kind}.{resource.group}" if resource.group else resource.kind


def revision_in(item: Json) -> int:
    """Of a Deployment or a ReplicaSet; 0 without one. Raises NotUnderstood for what is no number."""
    text = (item["metadata"].get("annotations") or {}).get(REVISION, "0")
    if not (text.isdecimal() and text.isascii()):
        raise NotUnderstood
    return int(text)


def _deployment(item: Json, revision: int) -> Progress:
    if revision and revision != (running := revision_in(item)):
        raise RolloutError(f"desired revision ({revision}) is different from the running revision ({running})")
    name, status = item["metadata"]["name"], _Numbers(item.get("status"))
    if _generation(item) > status["observedGeneration"]:
        return Progress("Waiting for deployment spec update to be observed...")
    if _is_overdue(item):
        raise RolloutError(f'deployment "{name}" exceeded its progress deadline')
    waiting = f'Waiting for deployment "{name}" rollout to finish:'
    replicas, updated, available = status["replicas"], status["updatedReplicas"], status["availableReplicas"]
    wanted = item["spec"].get("replicas")
    if wanted is not None and updated < wanted:
        return Progress(f"{waiting} {updated} out of {wanted} new replicas have been updated...")
    if replicas > updated:
        return Progress(f"{waiting} {replicas - updated} old replicas are pending termination...")
    if available < updated:
        return Progress(f"{waiting} {available} of {updated} updated replicas are available...")
    return Progress(f'deployment "{name}" successfully rolled out', done=True)


def _is_overdue(item: Json) -> bool:
    conditions = item.get("status", {}).get("conditions") or ()
    progressing: Json = next((each for each in conditions if each.get("type") == "Progressing"), {})
    return progressing.get("reason") == "ProgressDeadlineExceeded"


def _daemon_set(item: Json, _revision: int) -> Progress:
    _expect_rolling(item)
    name, status = item["metadata"]["name"], _Numbers(item.get("status"))
    if _generation(item) > status["observedGeneration"]:
        return Progress("Waiting for daemon set spec update to be observed...")
    waiting = f'Waiting for daemon set "{name}" rollout to finish:'
    desired, updated = status["desiredNumberScheduled"], status["updatedNumberScheduled"]
    if updated < desired:
        return Progress(f"{waiting} {updated} out of {desired} new pods have been updated...")
    if status["numberAvailable"] < desired:
        return Progress(f"{waiting} {status['numberAvailable']} of {desired} updated pods are available...")
    return Progress(f'daemon set "{name}" successfully rolled out', done=True)


def _stateful_set(item: Json, _revision: int) -> Progress:
    _expect_rolling(item)
    status, wanted = _Numbers(item.get("status")), item["spec"].get("replicas")
    if not status["observedGeneration"] or _generation(item) > status["observedGeneration"]:
        return Progress("Waiting for statefulset spec update to be observed...")
    if wanted is not None and status["readyReplicas"] < wanted:
        return Progress(f"Waiting for {wanted - status['readyReplicas']} pods to be ready...")
    rolling, updated = item["spec"]["updateStrategy"].get("rollingUpdate"), status["updatedReplicas"]
    if rolling is not None:
        return _partitioned(wanted, rolling.get("partition"), updated)
    current, newest = (item["status"].get(name, "") for name in ("currentRevision", "updateRevision"))
    if newest != current:
        return Progress(f"waiting for statefulset rolling update to complete {updated} pods at revision {newest}...")
    done = f"statefulset rolling update complete {status['currentReplicas']} pods at revision {current}..."
    return Progress(done, done=True)


def _partitioned(wanted: int | None, partition: int | None, updated: int) -> Progress:
    if wanted is not None and partition is not None and updated < (new := wanted - partition):
        return Progress(
            f"Waiting for partitioned roll out to finish: {updated} out of {new} new pods have been updated..."
        )
    return Progress(f"partitioned roll out complete: {updated} new pods have been updated...", done=True)


def _expect_rolling(item: Json) -> None:
    if (item["spec"].get("updateStrategy") or {}).get("type") != _ROLLING:
        raise RolloutError(f"rollout status is only available for {_ROLLING} strategy type")


def _generation(item: Json) -> int:
    return int(item["metadata"].get("generation", 0))


class _Numbers(dict[str, Any]):
    """Of a status: what it leaves out is zero."""

    def __init__(self, status: Json | None) -> None:
        super().__init__(status or {})

    def __missing__(self, name: str) -> int:
        return 0


_JUDGES: Mapping[tuple[str, str], Judge] = {
    ("apps", "Deployment"): _deployment,
    ("extensions", "Deployment"): _deployment,
    ("apps", "DaemonSet"): _daemon_set,
    ("extensions", "DaemonSet"): _daemon_set,
    ("apps", "StatefulSet"): _stateful_set,
}
