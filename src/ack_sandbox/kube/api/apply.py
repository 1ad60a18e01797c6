"""Server-side apply: a configuration merged by ownership, or the fields about which two managers differ."""

import copy
import json
from dataclasses import replace
from typing import Any

import yaml

from ack_sandbox.kube import ownership, typed
from ack_sandbox.kube.api import saving, sources
from ack_sandbox.kube.api.admission import prepared
from ack_sandbox.kube.api.replies import Reply
from ack_sandbox.kube.api.requests import Target, store_namespace
from ack_sandbox.kube.api.written import Write, manager_required, of_kind
from ack_sandbox.kube.decoding import Mistyped
from ack_sandbox.kube.fieldsets import Path, shown
from ack_sandbox.kube.objects import Object, dig, metadata
from ack_sandbox.kube.ownership import Applied, Conflict, Manager
from ack_sandbox.kube.rbac import Attributes, is_allowed, refusal
from ack_sandbox.kube.status import ApiError, bad_request, forbidden
from ack_sandbox.kube.users import User

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
# kubectl's own name, which takes over from its client-side apply without a conflict.
KUBECTL = "kubectl"


def apply(write: Write, user: User, target: Target) -> Reply:
    """Create or change the object. Raises 409 for conflicts that are not forced."""
    if not write.request.query.get("fieldManager"):
        raise manager_required()
    config = _configuration(write, target)
    by = saving.manager(write, target.subresource, "Apply")
    found = write.state.store.entry(write.resource.key, store_namespace(write.resource, target), target.name)
    if found is None:
        return _create(write, user, target, config, by)
    old = write.defaulted(copy.deepcopy(sources.shown(write.resource, found).object))
    ignored = saving.ignored(write.resource, target.subresource)
    made = _applied(write, old, config, by, ignored)
    result = _typed(write, made.object)
    if target.subresource == "status":
        result = {**old, "metadata": {**metadata(result)}, "status": result.get("status") or {}}
    elif write.resource.subresource("status") and "status" in old:
        result["status"] = old["status"]
    if by.name == KUBECTL and LAST_APPLIED in (metadata(result).get("annotations") or {}):
        result["metadata"]["annotations"][LAST_APPLIED] = json.dumps(config, separators=(",", ":")) + "\n"
    return saving.update(write, old, write.defaulted(result), made.managers)


def _configuration(write: Write, target: Target) -> Object:
    try:
        found = yaml.safe_load(write.request.body)
    except (yaml.YAMLError, RecursionError) as error:
        raise bad_request(f"error decoding YAML: {error}") from None
    if not isinstance(found, dict):
        raise bad_request("error decoding YAML: the body is no object")
    of_kind(write.resource, found)
    if not isinstance(found.get("metadata"), dict):
        found["metadata"] = {}
    meta = found["metadata"]
    if "managedFields" in meta:
        raise bad_request("metadata.managedFields must be nil")
    if meta.setdefault("name", target.name) != target.name:
        raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({target.name})")
    _declared(write, found, target)
    return found


def _declared(write: Write, config: Object, target: Target) -> None:
    """Raises the 500 of a configuration with fields that the schema does not know, or of other types."""
    name = f"{target.namespace}/{target.name}" if write.resource.namespaced else f"/{target.name}"
    opening = f"failed to create typed patch object ({name}; {write.resource.api_version}, Kind={write.resource.kind})"
    try:
        _, problems = write.typed(copy.deepcopy(config))
    except (Mistyped, ValueError) as error:
        raise ApiError(500, f"{opening}: errors: {error}", reason="") from None
    if problems:
        fields = [each.partition('"')[2].rstrip('"') for each in problems]
        told = [f".{field}: field not declared in schema" for field in fields]
        text = told[0] if len(told) == 1 else "errors:\n" + "\n".join(f"  {each}" for each in told)
        raise ApiError(500, f"{opening}: {text}", reason="")


def _typed(write: Write, obj: Object) -> Object:
    made, _ = write.typed(copy.deepcopy(obj), keeps_nulls=True)
    return made


def _create(write: Write, user: User, target: Target, config: Object, by: Manager) -> Reply:
    resource = write.resource
    wanted = Attributes(verb="create", group=resource.group, resource=resource.plural, namespace=target.namespace)
    if not is_allowed(write.state.store, user, wanted):
        raise forbidden(resource.plural, resource.group, target.name, refusal(user, wanted))
    owned = ownership.applied(write.schema, {}, config, [], by, saving.ignored(resource))
    obj = prepared(write, _typed(write, config), target)
    return saving.create(write, obj, owned.managers)


def _applied(write: Write, old: Object, config: Object, by: Manager, ignored: tuple[str, ...]) -> Applied:
    live = copy.deepcopy(old)
    metadata(live).pop("managedFields", None)
    managers = ownership.managers_of(old)
    made = ownership.applied(write.schema, live, config, managers, by, ignored)
    conflicts = _serious(write, old, made.conflicts, by)
    if conflicts and not write.request.flag("force"):
        raise _conflict(conflicts)
    return made


def _serious(write: Write, old: Object, conflicts: list[Conflict], by: Manager) -> list[Conflict]:
    """Without those fields that kubectl's client-side apply holds, when it is kubectl that applies."""
    text = dig(old, "metadata", "annotations", LAST_APPLIED)
    if by.name != KUBECTL or not text or not conflicts:
        return conflicts
    allowed = _last_applied(write, old, text)
    if all(path in allowed for each in conflicts for path in each.paths):
        return []
    left = (replace(each, paths=[path for path in each.paths if path not in allowed]) for each in conflicts)
    return [each for each in left if each.paths]


def _last_applied(write: Write, old: Object, text: str) -> set[Path]:
    try:
        last: Any = json.loads(text)
    except ValueError:
        return set()
    if not isinstance(last, dict):
        return set()
    found = typed.compare(write.schema, last, old)
    return set(typed.leaves(write.schema, last)) - found.modified - found.added - found.removed


def _conflict(conflicts: list[Conflict]) -> ApiError:
    causes = [(each.manager, path) for each in conflicts for path in each.paths]
    count = f"{len(causes)} conflict{'s' if len(causes) > 1 else ''}"
    details: Object = {
        "causes": [
            {"reason": "FieldManagerConflict", "message": f"conflict with {_named(who)}", "field": shown(path)}
            for who, path in causes
        ]
    }
    if len(causes) == 1:
        text = f"conflict with {_named(causes[0][0])}: {shown(causes[0][1])}"
    else:
        text = "\n".join(_listed(each) for each in conflicts)
    return ApiError(409, f"Apply failed with {count}: {text}", details=details)


def _listed(conflict: Conflict) -> str:
    return "\n".join([f"conflicts with {_named(conflict.manager)}:", *(f"- {shown(path)}" for path in conflict.paths)])


def _named(manager: Manager) -> str:
    through = f' with subresource "{manager.subresource}"' if manager.subresource else ""
    version = f" using {manager.api_version}" if manager.operation == "Update" else ""
    return f'"{manager.name}"{through}{version}'
