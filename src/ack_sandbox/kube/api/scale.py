"""The scale of a workload: read, replaced or patched as an object of its own."""

from ack_sandbox.kube import openapi, ownership
from ack_sandbox.kube.api import bodies, patching, saving
from ack_sandbox.kube.api.negotiate import reply
from ack_sandbox.kube.api.reads import scale_of
from ack_sandbox.kube.api.replies import Reply
from ack_sandbox.kube.api.requests import Request, Target
from ack_sandbox.kube.api.written import Write, manager_required
from ack_sandbox.kube.decoding import Mistyped, Reading
from ack_sandbox.kube.objects import Object, dig, metadata
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.schema import Schema
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import bad_request, conflict, invalid, not_found
from ack_sandbox.kube.users import User

SCALE = Schema(
    {
        "properties": {
            "kind": {"type": "string"},
            "apiVersion": {"type": "string"},
            "metadata": {"$ref": f"{openapi.PREFIX}{openapi.META}ObjectMeta"},
            "spec": {"properties": {"replicas": {"type": "integer", "format": "int32"}}},
            "status": {"type": "object"},
        }
    }
)
NEGATIVE = "must be greater than or equal to 0"


def write(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    """PUT and PATCH of `/scale`; the answer is a Scale."""
    entry = state.store.entry(resource.key, target.namespace, target.name)
    if entry is None:
        raise not_found(resource.plural, resource.group, target.name)
    saved = Write(state, request, resource)
    wanted = _read(_wanted(saved, scale_of(entry.object)))
    replicas = dig(wanted, "spec", "replicas", default=0)
    _check(resource, entry.object, wanted, replicas)
    spec = {**entry.object["spec"], "replicas": replicas}
    new = {**entry.object, "metadata": {**metadata(entry.object)}, "spec": spec}
    by = saving.manager(saved, "scale", "Apply" if _is_apply(request) else "Update")
    known = ownership.managers_of(entry.object)
    managers = ownership.updated(saved.schema, entry.object, new, known, by, saving.ignored(resource))
    saving.update(saved, entry.object, new, managers, "scale")
    kept = new if saved.dry_run else state.store.get(resource.key, target.namespace, target.name) or new
    return reply(saving.encoded(scale_of(kept)), saved.accept)


def _is_apply(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith(patching.APPLY)


def _wanted(saved: Write, old: Object) -> Object:
    request = saved.request
    if request.method == "PUT":
        return bodies.parse(request, "Scale")
    if _is_apply(request):
        if not request.query.get("fieldManager"):
            raise manager_required()
        return bodies.document(request.body, "application/yaml", "Scale")
    kind = patching.kind_of(request, saved.resource)
    return patching.made_by(kind, SCALE, old, request.body)[0]


def _read(wanted: Object) -> Object:
    try:
        return Reading().read(SCALE, wanted, "Scale")
    except Mistyped as error:
        raise bad_request(f'Scale in version "v1" cannot be handled as a Scale: {error}') from None


def _check(resource: Resource, obj: Object, wanted: Object, replicas: int) -> None:
    meta, sent = metadata(obj), metadata(wanted)
    if replicas < 0:
        raise invalid("Scale", "autoscaling", meta["name"], "spec.replicas", f"Invalid value: {replicas}: {NEGATIVE}")
    if sent.get("resourceVersion") not in (None, "", meta["resourceVersion"]):
        raise conflict(resource.plural, resource.group, meta["name"], saving.CHANGED)
