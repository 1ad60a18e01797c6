"""From the words of `logs` to pods: by name, by label, or a workload's, the likeliest to tell something first."""

from typing import Any

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.kind_words import kind_of
from ack_mcp_server.kube.native.missing import missing
from ack_mcp_server.kube.native.order import places_in_order
from ack_mcp_server.kube.native.pages import one, pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.requests import named_refusal
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError
from ack_mcp_server.kube.native.selectors import as_query
from ack_mcp_server.kube.native.targets import Target

_JSON = "application/json"
PODS = Resource(plural="pods", group="", version="v1", kind="Pod", namespaced=True, names=frozenset(), categories=())
_SELECTED_BY_PAIRS = {("", "Service"), ("", "ReplicationController")}
_SELECTING = {
    *(("apps", kind) for kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")),
    ("batch", "Job"),
    *_SELECTED_BY_PAIRS,
}
_KNOWN_GROUPS = ("", "apps", "batch")
_PHASES = {"Unknown": 1, "Pending": 2}
_NEVER = "9999"  # after every stamp


async def asked_object(asked: Asked) -> tuple[Resource, Json]:
    """What is named, or the list of pods that a label selects. Raises UsageError, Refusal, NotUnderstood, AckError."""
    try:
        if asked.command.value("selector"):
            return PODS, {"items": await _listed(asked, asked.command.value("selector"))}
        return await _named(asked)
    except Refusal as exc:
        told = exc if asked.command.arguments else named_refusal(exc, Target(PODS), asked)
        if told.reason == "NotFound":
            message = f'error from server (NotFound): {told.message} in namespace "{asked.namespace}"'
            raise UsageError(f"error: {message}") from exc
        raise told from exc


async def _named(asked: Asked) -> tuple[Resource, Json]:
    resource, name = await _kind_and_name(asked)
    try:
        return resource, (await one(asked, resource.path(asked.namespace, name), None, _JSON, small=True)).content
    except Refusal as exc:
        raise await missing(exc, resource, asked) from exc


async def _kind_and_name(asked: Asked) -> tuple[Resource, str]:
    word, slash, name = asked.command.arguments[0].partition("/")
    if not slash:
        return PODS, word
    if not word or not name or "/" in name or "," in word:
        raise NotUnderstood
    return await kind_of(asked, word), name


async def pods_of(asked: Asked, resource: Resource, found: Json) -> list[Json]:
    """The pods that a workload selects. Raises UsageError, Refusal, NotUnderstood, AckError."""
    if resource == PODS or (resource.group, resource.kind) == ("", "Pod"):
        return [found]
    pods = await _listed(asked, _selector(resource, found))
    if not pods:
        raise NotUnderstood  # kubectl waits for one
    return [pods[place] for place in places_in_order([_likelihood(pod) for pod in pods])]


async def _listed(asked: Asked, selector: str) -> list[Json]:
    query = {"labelSelector": selector} if selector else {}
    found = pages(asked, PODS.path(asked.namespace), query, _JSON, small=False)
    return [pod async for page in found for pod in page.content.get("items") or ()]


def _selector(resource: Resource, found: Json) -> str:
    if (resource.group, resource.kind) not in _SELECTING:
        if resource.group not in _KNOWN_GROUPS:
            raise NotUnderstood
        kind = f"*{resource.version}.{resource.kind}"
        raise UsageError(f"error: cannot get the logs from {kind}: selector for {kind} not implemented")
    selector = found.get("spec", {}).get("selector") or {}
    if (resource.group, resource.kind) not in _SELECTED_BY_PAIRS:
        return as_query(selector)
    if not selector and resource.kind == "Service":
        name = found["metadata"]["name"]
        raise UsageError(
            f"error: cannot get the logs from *v1.Service: invalid service '{name}': "
            "Service is defined without a selector"
        )
    return as_query({"matchLabels": selector})


def _likelihood(pod: Json) -> tuple[Any, ...]:
    """Smaller is likelier: on a node, running, ready and for long, restarted often, old."""
    status = pod.get("status") or {}
    ready: Json = next((c for c in status.get("conditions") or () if c.get("type") == "Ready"), {})
    is_ready = ready.get("status") == "True"
    return (
        not (pod.get("spec") or {}).get("nodeName"),
        _PHASES.get(status.get("phase", ""), 0),
        not is_ready,
        ready.get("lastTransitionTime") or _NEVER if is_ready else "",
        *(-restarts for restarts in _restarts(pod)),
        pod["metadata"].get("creationTimestamp") or _NEVER,
    )


def _restarts(pod: Json) -> tuple[int, int]:
    """Of the containers, and of the sidecars among the init containers; the most of one."""
    status = pod.get("status") or {}
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    own = (c.get("restartCount") or 0 for c in status.get("containerStatuses") or ())
    beside = (
        c.get("restartCount") or 0 for c in status.get("initContainerStatuses") or () if c.get("name") in sidecars
    )
    return max(own, default=0), max(beside, default=0)
