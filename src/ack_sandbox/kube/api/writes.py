"""Create, replace and patch: from a request to a typed object, and from there to the store."""

import copy

from ack_sandbox.kube.api import apply, bodies, patching, saving, sources
from ack_sandbox.kube.api.admission import prepared
from ack_sandbox.kube.api.replies import Reply
from ack_sandbox.kube.api.requests import Request, Target, store_namespace
from ack_sandbox.kube.api.written import Write, of_kind
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import invalid, not_found
from ack_sandbox.kube.users import User


def create(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    write = Write(state, request, resource)
    obj = _read(write)
    if not resource.custom and resource.subresource("status"):
        obj.pop("status", None)
    return saving.create(write, prepared(write, obj, target))


def _read(write: Write) -> Object:
    body = bodies.parse(write.request, write.resource.kind)
    of_kind(write.resource, body)
    return write.read(body)


def live(write: Write, target: Target) -> Object:
    """The object as it is, in the version of the request, with the defaults that a new one would have."""
    resource = write.resource
    found = write.state.store.entry(resource.key, store_namespace(resource, target), target.name)
    if found is None:
        raise not_found(resource.plural, resource.group, target.name)
    return write.defaulted(copy.deepcopy(sources.shown(resource, found).object))


def replace(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    write = Write(state, request, resource)
    obj = _read(write)
    old = live(write, target)
    return _replaced(write, old, obj, target.subresource)


def _replaced(write: Write, old: Object, new: Object, subresource: str) -> Reply:
    """The new object, of which a request to this path writes the status, or everything else."""
    if subresource == "status":
        kept = {**old, "metadata": {**old["metadata"], **_versions(new)}, "status": new.get("status") or {}}
        return saving.update(write, old, kept, subresource=subresource)
    if write.resource.subresource("status"):
        new.pop("status", None)
        if "status" in old:
            new["status"] = old["status"]
    return saving.update(write, old, write.defaulted(new), subresource=subresource)


def _versions(obj: Object) -> Object:
    return {name: obj["metadata"][name] for name in ("resourceVersion", "uid") if obj["metadata"].get(name)}


def patch(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    write = Write(state, request, resource)
    if patching.kind_of(request, resource) == patching.APPLY:
        return apply.apply(write, user, target)
    if "force" in request.query:
        why = "Forbidden: may not be specified for non-apply patch"
        raise invalid("PatchOptions", "meta.k8s.io", "", "force", why)
    old = live(write, target)
    return _replaced(write, old, patching.patched(write, old), target.subresource)
