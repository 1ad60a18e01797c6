"""Delete requests: one object or a collection, with preconditions, grace periods, propagation and dry runs."""

import json

from ack_sandbox.kube.api import bodies, sources
from ack_sandbox.kube.api.negotiate import accepted, reply
from ack_sandbox.kube.api.reads import single
from ack_sandbox.kube.api.replies import Reply, document
from ack_sandbox.kube.api.requests import Request, Target, store_namespace
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, metadata
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.selectors import matcher
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import bad_request, conflict, forbidden, invalid, not_found
from ack_sandbox.kube.store import Entry

# For these the answer is the object itself, even when it is gone at once.
RETURNED = (
    "/namespaces",
    "/persistentvolumeclaims",
    "/persistentvolumes",
    "/pods",
    "/podtemplates",
    "/resourcequotas",
    "/serviceaccounts",
    "/services",
)
POLICIES = ("Background", "Foreground", "Orphan")
LONGEST_GRACE = 365 * 24 * 3600
PROTECTED = ("default", "kube-public", "kube-system")


def delete_one(state: ClusterState, request: Request, target: Target, resource: Resource) -> Reply:
    accept = accepted(request.accept)
    asked = bodies.options(request)
    entry = state.store.entry(resource.key, store_namespace(resource, target), target.name)
    if entry is None:
        raise not_found(resource.plural, resource.group, target.name)
    if resource.key == "/namespaces" and target.name in PROTECTED:
        raise forbidden("namespaces", "", target.name, "this namespace may not be deleted")
    _check(resource, entry, asked)
    lingering = delete(state, resource, entry, _options(resource, asked), state.clock.now())
    if lingering is not None or resource.key in RETURNED:
        return reply(single(state, request, resource, lingering or entry, accept), accept)
    return document(_success(resource, entry))


def _options(resource: Resource, asked: Object) -> Options:
    policy = asked.get("propagationPolicy") or "Background"
    if policy not in POLICIES:
        message = f'Unsupported value: "{policy}": supported values: "Foreground", "Background", "Orphan", "nil"'
        raise invalid("DeleteOptions", "meta.k8s.io", "", "propagationPolicy", message)
    grace = asked.get("gracePeriodSeconds")
    seconds = min(max(grace, 0), LONGEST_GRACE) if isinstance(grace, int) else None
    return Options(seconds, policy, bool(asked.get("dryRun")))


def _check(resource: Resource, entry: Entry, asked: Object) -> None:
    meta = metadata(entry.object)
    wanted = asked.get("preconditions") or {}
    if not isinstance(wanted, dict):
        raise bad_request("json: cannot unmarshal preconditions into Go struct field DeleteOptions.preconditions")
    for field, shown, actual in (
        ("uid", "UID", meta["uid"]),
        ("resourceVersion", "ResourceVersion", str(entry.version)),
    ):
        if wanted.get(field) and wanted[field] != actual:
            text = f"Precondition failed: {shown} in precondition: {wanted[field]}, {shown} in object meta: {actual}"
            raise conflict(resource.plural, resource.group, meta["name"], text)


def _success(resource: Resource, entry: Entry) -> Object:
    meta = metadata(entry.object)
    details = {"name": meta["name"], "group": resource.group, "kind": resource.plural, "uid": meta["uid"]}
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {key: value for key, value in details.items() if value},
    }


def delete_collection(state: ClusterState, request: Request, target: Target, resource: Resource) -> Reply:
    accept = accepted(request.accept)
    options = _options(resource, bodies.options(request))
    matches = matcher(request.query.get("labelSelector", ""), request.query.get("fieldSelector", ""), resource.key)
    chosen = [
        entry
        for entry in state.store.entries(resource.key, store_namespace(resource, target))
        if matches is None or matches(entry.object)
    ]
    for entry in chosen:
        delete(state, resource, entry, options, state.clock.now())
    meta = {"resourceVersion": str(state.store.version)}
    opening: Object = {"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": meta}
    items = b",".join(sources.shown(resource, entry).item_json for entry in chosen)
    return reply(json.dumps(opening, separators=(",", ":")).encode()[:-1] + b',"items":[' + items + b"]}", accept)
