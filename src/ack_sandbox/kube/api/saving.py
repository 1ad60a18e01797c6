"""The end of every write: owners noted, compared, stored unless it is a dry run, and answered."""

import json
from collections.abc import Sequence

from ack_sandbox.kube import ownership
from ack_sandbox.kube.api import sources
from ack_sandbox.kube.api.admission import allot
from ack_sandbox.kube.api.negotiate import reply
from ack_sandbox.kube.api.reads import single
from ack_sandbox.kube.api.replies import Reply
from ack_sandbox.kube.api.written import Write, same
from ack_sandbox.kube.conversion import stored
from ack_sandbox.kube.definitions import DEFINITIONS, defined_resources
from ack_sandbox.kube.lifecycle import finalized
from ack_sandbox.kube.objects import Object, metadata, rfc3339
from ack_sandbox.kube.ownership import Manager
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import already_exists, bad_request, conflict, invalid
from ack_sandbox.kube.store import Entry, key_of

CHANGED = "the object has been modified; please apply your changes to the latest version and try again"
# What a client cannot change of an object that exists.
FIXED = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generateName")


def create(write: Write, obj: Object, managers: list[Manager] | None = None, by: Manager | None = None) -> Reply:
    """Store a new object; `managers` are given by an apply, which has worked them out already."""
    state, resource = write.state, write.resource
    write.check(obj)
    meta = metadata(obj)
    if state.store.get(resource.key, str(meta.get("namespace", "")), meta["name"]) is not None:
        raise already_exists(resource.plural, resource.group, meta["name"])
    if managers is None:
        by = by or manager(write)
        managers = ownership.updated(write.schema, None, obj, [], by, ignored(resource))
    meta["managedFields"] = ownership.entries(managers)
    allot(write, obj)
    return _answer(write, obj, None, 201)


def update(
    write: Write, old: Object, new: Object, managers: list[Manager] | None = None, subresource: str = ""
) -> Reply:
    """Store a changed object; `old` is in the version of the request."""
    _precondition(write, old, new)
    meta = new["metadata"]
    for name in FIXED:
        meta.pop(name, None)
        if name in metadata(old):
            meta[name] = metadata(old)[name]
    write.grown(old, new)
    allot(write, new, old)
    write.check(new, old)
    if managers is None:
        known = claimed(old, new)
        parts = ignored(write.resource, subresource)
        managers = ownership.updated(write.schema, old, new, known, manager(write, subresource), parts)
    meta["managedFields"] = ownership.entries(managers)
    meta["resourceVersion"] = metadata(old)["resourceVersion"]
    return _answer(write, new, old, 200)


def claimed(old: Object, new: Object) -> list[Manager]:
    """The managers that a client sent along, else those known; one empty entry resets them."""
    sent = metadata(new).get("managedFields")
    if sent == [{}]:
        return []
    return ownership.managers_of(new if sent else old)


def manager(write: Write, subresource: str = "", operation: str = "Update") -> Manager:
    return Manager(
        name=write.manager,
        operation=operation,
        api_version=write.resource.api_version,
        subresource=subresource,
        # The server notes no time for what is written by way of the scale.
        time="" if subresource == "scale" else rfc3339(write.state.clock.now()),
    )


def ignored(resource: Resource, subresource: str = "") -> tuple[str, ...]:
    """The parts of an object that a request to this path does not write."""
    if subresource == "status":
        return ("spec", "metadata")
    return ("status",) if resource.subresource("status") else ()


def _precondition(write: Write, old: Object, new: Object) -> None:
    resource, before, meta = write.resource, metadata(old), metadata(new)
    name = before["name"]
    if meta.get("resourceVersion") not in (None, "", before["resourceVersion"]):
        raise conflict(resource.plural, resource.group, name, CHANGED)
    if meta.get("uid") not in (None, "", before["uid"]):
        text = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {before['uid']}"
        raise conflict(resource.plural, resource.group, name, text)
    if meta.get("name") not in (None, "", name):
        raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
    if meta.get("namespace") not in (None, "", before.get("namespace")):
        raise bad_request("the namespace of the object does not match the namespace on the URL")
    if resource.custom and not meta.get("resourceVersion") and write.request.method == "PUT":
        why = "Invalid value: 0: must be specified for an update"
        raise invalid(resource.kind, resource.group, name, "metadata.resourceVersion", why)
    extra = [each for each in meta.get("finalizers") or () if each not in (before.get("finalizers") or ())]
    if "deletionTimestamp" in before and extra:
        shown = ", ".join(f'"{each}"' for each in extra)
        why = "no new finalizers can be added if the object is being deleted, found new finalizers []string"
        raise invalid(resource.kind, resource.group, name, "metadata.finalizers", f"Forbidden: {why}{{{shown}}}")
    meta["name"] = name
    if "namespace" in before:
        meta["namespace"] = before["namespace"]


def _answer(write: Write, obj: Object, old: Object | None, status: int) -> Reply:
    resource = write.resource
    obj |= {"kind": resource.kind, "apiVersion": resource.api_version}
    if old is not None and same(old, obj):
        entry = _entry(old)
    elif write.dry_run:
        entry = _entry(obj)
    else:
        entry = _store(write.state, resource, obj)
    shown = sources.shown(resource, entry)
    body = single(write.state, write.request, resource, shown, write.accept)
    made = reply(body, write.accept, status)
    return Reply(made.body, made.status, made.content_type, {**made.headers, **write.headers()})


def encoded(obj: Object) -> bytes:
    return json.dumps(obj, separators=(",", ":"), ensure_ascii=False).encode()


def _entry(obj: Object) -> Entry:
    meta = metadata(obj)
    return Entry(key_of(meta.get("namespace", ""), meta["name"]), int(meta.get("resourceVersion") or 0), obj)


def _store(state: ClusterState, resource: Resource, obj: Object) -> Entry:
    now = state.clock.now()
    kept = state.catalog.by_key[resource.key]
    entry = state.store.put(resource.key, stored(obj, kept), now)
    if resource.key == DEFINITIONS:
        _define(state, entry.object)
    finalized(state, kept, entry, now)
    return entry


def _define(state: ClusterState, definition: Object) -> None:
    made: Sequence[Resource] = defined_resources(definition)
    for each in {(found.group, found.plural) for found in made}:
        state.catalog.remove(*each)
    for found in made:
        state.catalog.add(found)
