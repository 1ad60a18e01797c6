"""Get and list: one object or a page of a collection, in the shape the client accepts."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ack_sandbox.kube.api import sources
from ack_sandbox.kube.api.negotiate import Accepted, accepted, reply
from ack_sandbox.kube.api.replies import Reply, document
from ack_sandbox.kube.api.requests import Request, Target, store_namespace, whole_number
from ack_sandbox.kube.objects import Object, dig, metadata
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.selectors import matcher
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, not_found, too_new, too_old
from ack_sandbox.kube.store import Entry
from ack_sandbox.kube.tables.render import IncludeObject, table
from ack_sandbox.kube.tables.workloads import format_selector

CONTINUE_EXPIRED = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without"
    " the continue parameter, or use the continue token in this response to retrieve the remainder of the results."
    " Continuing with the provided token results in an inconsistent list - objects that were created, modified, or"
    " deleted between the time the first chunk was returned and now may show up in the list."
)
INCLUDE = ("None", "Metadata", "Object")


def get(state: ClusterState, request: Request, target: Target, resource: Resource) -> Reply:
    accept = accepted(request.accept)
    now = state.clock.now()
    found = sources.entry(state, resource, store_namespace(resource, target), target.name, now)
    if found is None:
        raise not_found(resource.plural, resource.group, target.name)
    return reply(single(state, request, resource, found, accept), accept)


def get_scale(state: ClusterState, request: Request, target: Target, resource: Resource) -> Reply:
    obj = state.store.get(resource.key, target.namespace, target.name)
    if obj is None:
        raise not_found(resource.plural, resource.group, target.name)
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    found: Object = {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: value for name, value in metadata(obj).items() if name in kept},
        "spec": {"replicas": dig(obj, "spec", "replicas", default=0)},
        "status": {
            "replicas": dig(obj, "status", "replicas", default=0),
            "selector": format_selector(dig(obj, "spec", "selector")),
        },
    }
    return document(found)


def single(state: ClusterState, request: Request, resource: Resource, found: Entry, accept: Accepted) -> bytes:
    if accept.shape == "Table":
        meta = {"resourceVersion": str(found.version)}
        return _table(state, request, resource, [found], meta, accept)
    if accept.shape == "PartialObjectMetadata":
        return found.partial_json
    return sources.shown(resource, found).json


def include_object(request: Request) -> IncludeObject:
    include = request.query.get("includeObject", "") or "Metadata"
    if include not in INCLUDE:
        raise bad_request(f'unrecognized includeObject value: "{include}"')
    return cast(IncludeObject, include)


def _table(
    state: ClusterState, request: Request, resource: Resource, found: list[Entry], meta: Object, accept: Accepted
) -> bytes:
    return table(
        sources.printer(state, resource),
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
    accept = accepted(request.accept)
    namespace = store_namespace(resource, target)
    matches = matcher(request.query.get("labelSelector", ""), request.query.get("fieldSelector", ""), resource.key)
    page = _page(state, request, resource, namespace, matches)
    if accept.shape == "Table":
        return reply(_table(state, request, resource, page.entries, page.metadata, accept), accept)
    if accept.shape == "PartialObjectMetadata":
        kind, version = "PartialObjectMetadataList", "meta.k8s.io/v1"
        return reply(_list(kind, version, page, [found.partial_json for found in page.entries]), accept)
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
    limit = _number(request, "limit")
    version, start = _position(state, request)
    found = _at(state, resource, namespace, version, state.clock.now())
    if start:
        found = [entry for entry in found if entry.key >= start]
    if matches is not None:
        found = [entry for entry in found if matches(entry.object)]
    meta: Object = {"resourceVersion": str(version)} if resource.is_stored else {}
    if limit and len(found) > limit:
        meta["continue"] = _token(version, found[limit].key)
        if matches is None:
            meta["remainingItemCount"] = len(found) - limit
        found = found[:limit]
    return Page(found, meta)


def _at(state: ClusterState, resource: Resource, namespace: str, version: int, now: datetime) -> list[Entry]:
    if version == state.store.version or not resource.is_stored:
        return sources.entries(state, resource, namespace, now)
    return state.store.snapshot(resource.key, namespace, version)


def _number(request: Request, name: str) -> int:
    text = request.query.get(name, "")
    if not text:
        return 0
    value = whole_number(text)
    if value is None:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return max(value, 0)


def parsed_version(request: Request) -> int:
    """The resourceVersion of a request; 0 when it is missing or zero."""
    text = request.query.get("resourceVersion", "")
    value = whole_number(text or "0")
    if value is None or value < 0:
        raise ApiError(400, f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}"')
    return value


def _position(state: ClusterState, request: Request) -> tuple[int, str]:
    """The version to list at, and the key to start from."""
    current, oldest = state.store.version, state.store.oldest
    token = request.query.get("continue", "")
    if token:
        version, start = _read_token(token)
        if version < oldest:
            raise _continue_expired(current, start)
        return min(version, current), start
    version = parsed_version(request)
    if version > current:
        raise too_new(version, current)
    if request.query.get("resourceVersionMatch") != "Exact":
        return current, ""
    if version < oldest:
        raise too_old(version, oldest)
    return version, ""


def _continue_expired(current: int, start: str) -> ApiError:
    error = ApiError(410, CONTINUE_EXPIRED)
    error.list_metadata = {"continue": _token(current, start)}
    return error


def _token(version: int, start: str) -> str:
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read_token(token: str) -> tuple[int, str]:
    try:
        document = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return int(document["rv"]), str(document["start"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise bad_request("continue key is not valid: illegal base64 data or unknown encoding") from None
