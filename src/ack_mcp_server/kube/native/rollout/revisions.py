"""The revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of the other two kinds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.pages import pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.rollout.progress import revision_in
from ack_mcp_server.kube.native.rollout.visits import RolloutError
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.native.selectors import as_query

_CAUSE = "kubernetes.io/change-cause"
_CONTROLLED = ("StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class Revision:
    """`template` is of its pods; `replica_set` is empty where the revision is no object that is printed."""

    number: int
    cause: str
    template: Json
    replica_set: str = ""


async def revisions_of(asked: Asked, resource: Resource, item: Json) -> list[Revision] | None:
    """In their order; None for a kind that keeps none. Raises NotUnderstood, RolloutError, AckError."""
    name = item["metadata"]["name"]
    if resource.kind == "Deployment" and resource.group in ("apps", "extensions"):
        why = f"failed to retrieve replica sets from deployment {name}"
        found = [_of_replica_set(each) async for each in _controlled(asked, item, "ReplicaSet", why)]
    elif resource.kind in _CONTROLLED and resource.group == "apps":
        why = f"unable to find history controlled by {resource.kind} {name}"
        found = [_of_controller(each) async for each in _controlled(asked, item, "ControllerRevision", why)]
    else:
        return None
    if len({each.number for each in found}) != len(found):
        raise NotUnderstood  # which of them kubectl shows depends on how they were made
    return sorted(found, key=lambda each: each.number)


async def _controlled(asked: Asked, owner: Json, kind: str, why: str) -> AsyncIterator[Json]:
    path = f"/apis/apps/v1/namespaces/{owner['metadata']['namespace']}/{kind.lower()}s"
    query = {"labelSelector": as_query(owner["spec"].get("selector") or {})}
    try:
        async for page in pages(asked, path, query, "application/json", small=False):
            for item in page.content.get("items") or ():
                if _controller(item) == owner["metadata"]["uid"]:
                    yield asked.redact({"kind": kind, **item})  # items of a list say none
    except Refusal as exc:
        raise RolloutError(f"{why}: {exc.message}") from exc


def _controller(item: Json) -> str:
    owners = item["metadata"].get("ownerReferences") or ()
    return next((str(owner["uid"]) for owner in owners if owner.get("controller")), "")


def _of_replica_set(item: Json) -> Revision:
    template = item["spec"]["template"]
    metadata = template.get("metadata") or {}
    annotations = metadata.get("annotations") or {}
    if cause := (item["metadata"].get("annotations") or {}).get(_CAUSE):
        annotations = {**annotations, _CAUSE: cause}
    whole = {**template, "metadata": {**metadata, "annotations": annotations}}
    return Revision(
        revision_in(item), annotations.get(_CAUSE, ""), whole, f"replicaset.apps/{item['metadata']['name']}"
    )


def _of_controller(item: Json) -> Revision:
    """Its data is a patch that puts the whole template in place."""
    template = dict(item["data"]["spec"]["template"])
    if template.pop("$patch", "") != "replace":
        raise NotUnderstood
    cause = (item["metadata"].get("annotations") or {}).get(_CAUSE, "")
    return Revision(int(item.get("revision", 0)), cause, template)
