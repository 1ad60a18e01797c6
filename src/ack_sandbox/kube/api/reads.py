"""Get and list: one object or a page of a collection, in the shape the client accepts."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ack_sandbox.kube.api import sources
from ack_sandbox.kube.api.negotiate import Accepted, accepted, reply
from ack_sandbox.kube.api.paging import known_version, position, token_of
from ack_sandbox.kube.api.replies import Reply
from ack_sandbox.kube.api.requests import Request, Target, store_namespace
from ack_sandbox.kube.objects import Object, dig, metadata
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.selectors import matcher
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import bad_request, not_found
from ack_sandbox.kube.store import Entry
from ack_sandbox.kube.tables.columns import Printer
from ack_sandbox.kube.tables.control import SCALE
from ack_sandbox.kube.tables.render import IncludeObject, table
from ack_sandbox.kube.tables.workloads import format_selector

INCLUDE = ("None", "Metadata", "Object")


def get(state: ClusterState, request: Request, target: Target, resource: Resource) -> Reply:
    accept = accepted(request.accept, single=True)
    known_version(state, request)
    now = state.clock.now()
    found = sources.entry(state, resource, store_namespace(resource, target), target.name, now)
    if found is None:
        raise not_found(resource.plural, resource.group, target.name)
    return reply(single(state, request, resource, found, accept), accept)


def get_scale(state: ClusterState, request: Request, target: Target, resource: Resource) -> Reply:
    accept = accepted(request.accept, single=True)
    entry = state.store.entry(resource.key, target.namespace, target.name)
    if entry is None:
        raise not_found(resource.plural, resource.group, target.name)
    scale = Entry(entry.key, entry.version, scale_of(entry.object))
    if accept.shape == "Table":
        return reply(_table(state, request, SCALE, [scale], {"resourceVersion": str(entry.version)}, accept), accept)
    return reply(_partial(scale, accept) if accept.shape == "PartialObjectMetadata" else scale.json, accept)


def scale_of(obj: Object) -> Object:
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: value for name, value in metadata(obj).items() if name in kept},
        "spec": {"replicas": dig(obj, "spec", "replicas", default=0)},
        "status": {
            "replicas": dig(obj, "status", "replicas", default=0),
            "selector": format_selector(dig(obj, "spec", "selector")),
        },
    }


def single(state: ClusterState, request: Request, resource: Resource, found: Entry, accept: Accepted) -> bytes:
    if accept.shape == "Table":
        meta = {"resourceVersion": str(found.version)}
        return _table(state, request, sources.printer(state, resource), [found], meta, accept)
    if accept.shape == "PartialObjectMetadata":
        return _partial(found, accept)
    return sources.shown(resource, found).json


def _partial(found: Entry, accept: Accepted) -> bytes:
    if accept.version == "v1":
        return found.partial_json
    return json.dumps({**found.partial, "apiVersion": accept.meta_version}, separators=(",", ":")).encode()


def include_object(request: Request) -> IncludeObject:
    include = request.query.get("includeObject", "") or "Metadata"
    if include not in INCLUDE:
        raise bad_request(f'unrecognized includeObject value: "{include}"')
    return cast(IncludeObject, include)


def _table(
    state: ClusterState, request: Request, printer: Printer, found: list[Entry], meta: Object, accept: Accepted
) -> bytes:
    return table(
        printer,
        found,
        state.clock.now(),
        metadata=meta,
        include=include_object(request),
        version=accept.version,
    )


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    metadata: Object


def list_(state: ClusterState, request: Request, target: Target, resource: Resource) -> Reply:
    accept = accepted(request.accept, single=False)
    namespace = store_namespace(resource, target)
    matches = matcher(request.query.get("labelSelector", ""), request.query.get("fieldSelector", ""), resource.key)
    page = _page(state, request, resource, namespace, matches)
    if accept.shape == "Table":
        printer = sources.printer(state, resource)
        return reply(_table(state, request, printer, page.entries, page.metadata, accept), accept)
    if accept.shape == "PartialObjectMetadata":
        items = [_partial(found, accept) for found in page.entries]
        return reply(_list("PartialObjectMetadataList", accept.meta_version, page, items), accept)
    items = [_item(resource, found) for found in page.entries]
    return reply(_list(f"{resource.kind}List", resource.api_version, page, items), accept)


def _item(resource: Resource, found: Entry) -> bytes:
    whole = sources.shown(resource, found)
    # Custom resources and metrics keep kind and apiVersion in their items.
    return whole.json if resource.custom or not resource.is_stored else whole.item_json


def _list(kind: str, api_version: str, page: Page, items: list[bytes]) -> bytes:
    opening = {"kind": kind, "apiVersion": api_version, "metadata": page.metadata}
    return json.dumps(opening, separators=(",", ":")).encode()[:-1] + b',"items":[' + b",".join(items) + b"]}"


def _page(
    state: ClusterState,
    request: Request,
    resource: Resource,
    namespace: str,
    matches: Callable[[Object], bool] | None,
) -> Page:
    at = position(state, request)
    found = _at(state, resource, namespace, at.version, state.clock.now())
    if at.start:
        found = [entry for entry in found if entry.key >= at.start]
    if matches is not None:
        found = [entry for entry in found if matches(entry.object)]
    meta: Object = {"resourceVersion": str(at.version)} if resource.is_stored else {}
    if at.limit and len(found) > at.limit:
        meta["continue"] = token_of(at.version, found[at.limit].key)
        if matches is None:
            meta["remainingItemCount"] = len(found) - at.limit
        found = found[: at.limit]
    return Page(found, meta)


def _at(state: ClusterState, resource: Resource, namespace: str, version: int, now: datetime) -> list[Entry]:
    if version == state.store.version or not resource.is_stored:
        return sources.entries(state, resource, namespace, now)
    return state.store.snapshot(resource.key, namespace, version)
