"""What a triage reads of a cluster: lists, each on its own, so that one that is refused costs only itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ack_mcp_server.answers.clean import clean_text
from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.connection import JSON
from ack_mcp_server.kube.native.pages import pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.triage.objects import Object, items, text

METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
_MOST = 25_000  # objects of one kind; more are counted as not read
_TAIL_LINES = 60
_TAIL_BYTES = 64 * 1024


@dataclass(frozen=True)
class Listed:
    """A kind and where it is listed; `bare` ones are read without what they hold."""

    kind: str
    plural: str
    root: str
    namespaced: bool = True
    bare: bool = False

    def path(self, namespace: str) -> str:
        place = f"/namespaces/{quote(namespace, safe='')}" if namespace and self.namespaced else ""
        return f"{self.root}{place}/{self.plural}"


LISTS = (
    Listed("Pod", "pods", "/api/v1"),
    Listed("Event", "events", "/api/v1"),
    Listed("Service", "services", "/api/v1"),
    Listed("PersistentVolumeClaim", "persistentvolumeclaims", "/api/v1"),
    Listed("ConfigMap", "configmaps", "/api/v1", bare=True),
    Listed("Deployment", "deployments", "/apis/apps/v1"),
    Listed("ReplicaSet", "replicasets", "/apis/apps/v1"),
    Listed("StatefulSet", "statefulsets", "/apis/apps/v1"),
    Listed("DaemonSet", "daemonsets", "/apis/apps/v1"),
    Listed("Job", "jobs", "/apis/batch/v1"),
    Listed("Ingress", "ingresses", "/apis/networking.k8s.io/v1"),
    Listed("HorizontalPodAutoscaler", "horizontalpodautoscalers", "/apis/autoscaling/v2"),
    Listed("PodMetrics", "pods", "/apis/metrics.k8s.io/v1beta1"),
    Listed("Node", "nodes", "/api/v1", namespaced=False),
    Listed("Namespace", "namespaces", "/api/v1", namespaced=False),
    Listed("StorageClass", "storageclasses", "/apis/storage.k8s.io/v1", namespaced=False),
)


@dataclass
class Found:
    """What came of all reads: objects by kind, and by source why something did not come."""

    objects: dict[str, list[Object]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


async def read_all(asked: Asked, kinds: Sequence[Listed], places: Sequence[str], seconds: float) -> Found:
    """`places` are namespaces; an empty one is the whole cluster. What is not there within `seconds` is missing."""
    found = Found()
    reads = [
        _kept(found, each.kind, _listed(asked, each, places if each.namespaced else ("",), found)) for each in kinds
    ]
    await within(reads, [each.kind for each in kinds], seconds, found.missing)
    return found


async def within(
    reads: Sequence[Awaitable[None]], names: Sequence[str], seconds: float, missing: dict[str, str]
) -> None:
    """Awaits all of them together; those that do not end in time are cancelled and named."""
    if not reads:
        return
    tasks = {asyncio.ensure_future(read): name for read, name in zip(reads, names, strict=True)}
    try:
        _, late = await asyncio.wait(tasks, timeout=seconds)
    except BaseException:
        await _end(list(tasks))
        raise
    for task in late:
        missing[tasks[task]] = f"no whole answer within {seconds:.0f} s"
    await _end(list(late))
    for task in tasks.keys() - late:
        task.result()  # a defect of ours is not swallowed


async def _end(tasks: list["asyncio.Future[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _kept(found: Found, source: str, read: Awaitable[None]) -> None:
    try:
        await read
    except Refusal as exc:
        found.missing[source] = "forbidden by RBAC" if exc.code == 403 else f"{exc.code} {exc.reason}"
    except AckError as exc:
        found.missing[source] = f"{exc.code}: {exc.message}"


async def _listed(asked: Asked, listed: Listed, places: Sequence[str], found: Found) -> None:
    objects: list[Object] = []
    for place in places:
        async for obj in _objects(asked, listed, place):
            objects.append(slim(obj))
            if len(objects) >= _MOST:
                found.missing[f"{listed.kind} beyond the first {_MOST:,}"] = "too many to look at; name a namespace"
                found.objects[listed.kind] = objects
                return
    found.objects[listed.kind] = objects


async def _objects(asked: Asked, listed: Listed, place: str) -> AsyncIterator[dict[str, Any]]:
    accept = METADATA if listed.bare else JSON
    async for page in pages(asked, listed.path(place), {}, accept, small=False):
        for obj in page.content.get("items") or ():
            if isinstance(obj, dict):
                yield {**obj, "kind": listed.kind}  # which lists leave out


def slim(obj: dict[str, Any]) -> Object:
    """Without what no rule looks at and what may be secret. Of managed fields, who and when is kept."""
    meta = obj.get("metadata")
    meta = dict(meta) if isinstance(meta, dict) else {}
    meta.pop("annotations", None) if obj["kind"] in ("Pod", "ConfigMap") else None
    meta["managedFields"] = [
        {name: entry.get(name) for name in ("manager", "operation", "time")}
        for entry in meta.get("managedFields") or ()
        if isinstance(entry, dict) and not entry.get("subresource")
    ]
    return {name: value for name, value in {**obj, "metadata": meta}.items() if name not in ("data", "binaryData")}


async def read_log(asked: Asked, pod: Object, container: str, *, previous: bool) -> tuple[str, ...]:
    """The end of a log, redacted; empty where there is none. Raises Refusal, AckError."""
    space, name = text(pod, "metadata", "namespace"), text(pod, "metadata", "name")
    path = f"/api/v1/namespaces/{quote(space, safe='')}/pods/{quote(name, safe='')}/log"
    query = {"container": container, "tailLines": str(_TAIL_LINES), "limitBytes": str(_TAIL_BYTES)}
    if previous:
        query["previous"] = "true"
    body = await asked.connection.get(path, query, "*/*", small=True)
    whole = body.data[-_TAIL_BYTES:].decode(errors="replace")
    return tuple(redact_text(clean_text(whole)).splitlines())


def metrics_of(objects: Mapping[str, Sequence[Object]]) -> dict[tuple[str, str, str], Object]:
    """Usage by namespace, pod and container."""
    return {
        (text(pod, "metadata", "namespace"), text(pod, "metadata", "name"), text(each, "name")): each.get("usage") or {}
        for pod in objects.get("PodMetrics", ())
        for each in items(pod, "containers")
    }
