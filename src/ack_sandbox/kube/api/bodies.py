"""Request bodies: JSON, YAML or protobuf into an object, or the Status that says why not."""

import yaml

from ack_sandbox.kube import decoding, protobuf
from ack_sandbox.kube.api.requests import Request, whole_number
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.status import ApiError, bad_request

ACCEPTED = ("application/json", "application/yaml", "application/vnd.kubernetes.protobuf")


def parse(request: Request, kind: str) -> Object:
    """The object in the body; `kind` is what an error message says was expected."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip() or ACCEPTED[0]
    if media_type not in ACCEPTED:
        raise ApiError(
            415,
            "the body of the request was in an unknown format - accepted media types include: " + ", ".join(ACCEPTED),
        )
    if media_type == ACCEPTED[2]:
        return protobuf.decode(request.body)
    return document(request.body, media_type, kind)


def document(body: bytes, media_type: str, kind: str) -> Object:
    try:
        found = decoding.loads(body) if media_type == ACCEPTED[0] else yaml.safe_load(body)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise _unrecognized(kind, f"json parse error: {error}") from None
    if not isinstance(found, dict):
        raise _unrecognized(kind, "json parse error: cannot unmarshal into an object")
    return found


def _unrecognized(kind: str, why: str) -> ApiError:
    return bad_request(
        f"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; {why}"
    )


def options(request: Request) -> Object:
    """DeleteOptions from the body, with those given in the query on top."""
    found = parse(request, "DeleteOptions") if request.body.strip() else {}
    query = request.query
    grace = whole_number(query.get("gracePeriodSeconds", ""))
    if grace is not None:
        found["gracePeriodSeconds"] = grace
    if query.get("propagationPolicy"):
        found["propagationPolicy"] = query["propagationPolicy"]
    if query.get("dryRun"):
        found["dryRun"] = [query["dryRun"]]
    return found
