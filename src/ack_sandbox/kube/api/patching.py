"""Patches of an object: from the body and what is there to a typed object, with the errors of each kind of patch."""

import copy
import json
from typing import Any

from ack_sandbox.kube import decoding
from ack_sandbox.kube.api.patches import json_patch, strategic
from ack_sandbox.kube.api.requests import Request
from ack_sandbox.kube.api.written import Write
from ack_sandbox.kube.decoding import Mistyped
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.schema import ANYTHING, Schema
from ack_sandbox.kube.status import ApiError, bad_request, invalid

JSON, MERGE = "application/json-patch+json", "application/merge-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"


def kind_of(request: Request, resource: Resource) -> str:
    """The media type of the patch; raises the 415 for one that the resource does not take."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    taken = [JSON, MERGE, APPLY] if resource.custom else [JSON, MERGE, STRATEGIC, APPLY]
    if kind not in taken:
        opening = "the body of the request was in an unknown format - accepted media types include: "
        raise ApiError(415, opening + ", ".join(taken))
    return kind


def patched(write: Write, old: Object) -> Object:
    """The object after the patch, typed. Raises 400 for a malformed patch, 422 for one that leads nowhere."""
    body = write.request.body
    kind = kind_of(write.request, write.resource)
    made, shown = made_by(kind, write.schema, old, body)
    try:
        typed, found = write.typed(made, keeps_nulls=True)
    except Mistyped as error:
        why = f"unrecognized type: {error.schema_type}" if kind == STRATEGIC else str(error)
        raise _refused(shown, why) from None
    except ValueError as error:
        raise _refused(shown, str(error)) from None
    if found and write.directive == "Strict":
        raise _refused(shown, f"strict decoding error: {', '.join(found)}")
    write.warn(found)
    return typed


def made_by(kind: str, schema: Schema, old: Object, body: bytes) -> tuple[Object, str]:
    """The patched object, and the text that an error shows: the patch itself, or what came of it."""
    if kind == JSON:
        made = json_patch.apply(old, json_patch.parsed(body))
        return made, _text(made)
    patch = _document(body)
    if kind == MERGE:
        made = json_patch.merge(old, patch)
        return made, _text(made)
    return strategic.apply(schema, copy.deepcopy(old), patch), go_text(_left(schema, patch))


def _left(schema: Schema, patch: Object) -> Object:
    """What is left of a strategic patch when it was merged: its directives and merged lists are used up."""
    made: Object = {}
    for name, value in patch.items():
        below = schema.field(name) or ANYTHING
        if isinstance(value, dict):
            made[name] = _left(below, value)
        elif not name.startswith("$") and not (isinstance(value, list) and "merge" in below.strategies):
            made[name] = value
    return made


def _document(body: bytes) -> Object:
    try:
        found = decoding.loads(body)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"error decoding patch: {error}") from None
    if not isinstance(found, dict):
        raise bad_request("error decoding patch: cannot unmarshal into an object")
    return found


def _text(made: Object) -> str:
    return json.dumps(made, separators=(",", ":"), ensure_ascii=False)


def _refused(shown: str, why: str) -> ApiError:
    return invalid("", "", "", "patch", f"Invalid value: {json.dumps(shown, ensure_ascii=False)}: {why}")


def go_text(value: Any) -> str:
    """A value as Go prints it: maps sorted, `<nil>` for null."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{go_text(value[name])}" for name in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(go_text, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return "<nil>" if value is None else str(value)
