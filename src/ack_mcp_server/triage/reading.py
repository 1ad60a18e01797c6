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
from ack_mcp_server.kube.objects import Object, items, part, text
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.triage.slimming import slim

METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
_MOST = 25_000  # objects of one kind; more are counted as not read
_TAIL_LINES = 60
_TAIL_BYTES = 64 * 1024  # of the end
_READ_BYTES = 2 * 1024 * 1024  # an API server counts these from the first of the lines, and the last tell most


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
    Listed("CronJob", "cronjobs", "/apis/batch/v1"),
    Listed("Ingress", "ingresses", "/apis/networking.k8s.io/v1"),
    Listed("HorizontalPodAutoscaler", "horizontalpodautoscalers", "/apis/autoscaling/v2"),
    Listed("PodMetrics", "pods", "/apis/metrics.k8s.io/v1beta1"),
    Listed("Node", "nodes", "/api/v1", namespaced=False),
    Listed("Namespace", "namespaces", "/api/v1", namespaced=False),
    Listed("StorageClass", "storageclasses", "/apis/storage.k8s.io/v1", namespaced=False),
)


@dataclass
class Found:
    """What came of all reads: objects by kind, by source why something did not come (in words, and as it was raised,
    where it was), and what else to say of that."""

    objects: dict[str, list[Object]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Refusal | AckError] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


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
        found.errors[source] = exc
        found.missing[source] = "forbidden by RBAC" if exc.code == 403 else f"{exc.code} {exc.reason}"
    except AckError as exc:
        found.errors[source] = exc
        found.missing[source] = f"{exc.code}: {exc.message}"


async def _listed(asked: Asked, listed: Listed, places: Sequence[str], found: Found) -> None:
    """What came before a failure or the end of the time stays; the kind counts as missing then."""
    objects = found.objects.setdefault(listed.kind, [])
    for place in places:
        async for obj in _objects(asked, listed, place):
            objects.append(slim(obj))
            if len(objects) >= _MOST:
                found.missing[listed.kind] = f"more than the {_MOST:,} that were looked at; name a namespace"
                return


async def _objects(asked: Asked, listed: Listed, place: str) -> AsyncIterator[dict[str, Any]]:
    accept = METADATA if listed.bare else JSON
    async for page in pages(asked, listed.path(place), {}, accept, small=False):
        for obj in items(page.content, "items"):
            if isinstance(obj, dict):
                yield {**obj, "kind": listed.kind}  # which lists leave out


async def read_log(asked: Asked, pod: Object, container: str, *, previous: bool) -> tuple[str, ...]:
    """The end of a log, redacted; empty where there is none. Raises Refusal, AckError."""
    space, name = text(pod, "metadata", "namespace"), text(pod, "metadata", "name")
    path = f"/api/v1/namespaces/{quote(space, safe='')}/pods/{quote(name, safe='')}/log"
    query = {"container": container, "tailLines": str(_TAIL_LINES), "limitBytes": str(_READ_BYTES)}
    if previous:
        query["previous"] = "true"
    data, read = bytearray(), 0
    async with asked.connection.streamed("GET", path, query, "*/*", small=True) as answer:
        async for chunk in answer.content.iter_chunked(_TAIL_BYTES):
            data += chunk
            read += len(chunk)
            del data[:-_TAIL_BYTES]
            if read > _READ_BYTES:  # whoever sends more does not do as it was asked
                break
    return tuple(redact_text(clean_text(data.decode(errors="replace"))).splitlines())


def metrics_of(objects: Mapping[str, Sequence[Object]]) -> dict[tuple[str, str, str], Object]:
    """Usage by namespace, pod and container."""
    return {
        (text(pod, "metadata", "namespace"), text(pod, "metadata", "name"), text(each, "name")): part(each, "usage")
        for pod in objects.get("PodMetrics", ())
        for each in items(pod, "containers")
    }
