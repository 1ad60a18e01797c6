"""What a client accepts: plain JSON or YAML, a Table, or partial metadata."""

import json
from dataclasses import dataclass
from typing import Literal

import yaml

from ack_sandbox.kube.api.replies import JSON, Reply
from ack_sandbox.kube.status import not_acceptable

Shape = Literal["plain", "Table", "PartialObjectMetadata"]

YAML = "application/yaml"
WILDCARDS = ("*/*", "application/*")
SHAPES: dict[str, Shape] = {
    "": "plain",
    "Table": "Table",
    "PartialObjectMetadata": "PartialObjectMetadata",
    "PartialObjectMetadataList": "PartialObjectMetadata",
}
SUPPORTED = "application/json, application/yaml"


@dataclass(frozen=True)
class Accepted:
    media_type: str = JSON
    shape: Shape = "plain"
    version: str = "v1"


def accepted(header: str) -> Accepted:
    """The first of the client's alternatives that the server can produce."""
    if not header.strip():
        return Accepted()
    for alternative in header.split(","):
        found = _alternative(alternative)
        if found is not None:
            return found
    raise not_acceptable(SUPPORTED)


def _alternative(text: str) -> Accepted | None:
    media_type, *rest = (part.strip() for part in text.split(";"))
    parameters = dict(part.partition("=")[::2] for part in rest)
    shape = SHAPES.get(parameters.get("as", ""))
    if media_type not in (JSON, YAML, *WILDCARDS) or shape is None:
        return None
    if shape != "plain" and parameters.get("g") != "meta.k8s.io":
        return None
    return Accepted(YAML if media_type == YAML else JSON, shape, parameters.get("v", "v1"))


def reply(body: bytes, accept: Accepted, status: int = 200) -> Reply:
    if accept.media_type == YAML:
        return Reply(yaml.safe_dump(json.loads(body), sort_keys=True).encode(), status, YAML)
    return Reply(body + b"\n", status)
