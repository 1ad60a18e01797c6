"""What a client accepts: plain JSON or YAML, a Table, or partial metadata."""

import json
from dataclasses import dataclass
from typing import Literal

import yaml

from ack_sandbox.kube.api.replies import JSON, Reply
from ack_sandbox.kube.status import ApiError, not_acceptable

Shape = Literal["plain", "Table", "PartialObjectMetadata"]

YAML = "application/yaml"
WILDCARDS = ("*/*", "application/*")
SHAPES: dict[str, Shape] = {
    "": "plain",
    "Table": "Table",
    "PartialObjectMetadata": "PartialObjectMetadata",
    "PartialObjectMetadataList": "PartialObjectMetadata",
}
# Partial metadata is asked for by another name where the answer is one object and where it is a list.
MISTAKEN = {
    (True, "PartialObjectMetadataList"): "the requested object is not a list",
    (False, "PartialObjectMetadata"): "the requested object is a list",
}
META_VERSIONS = (("meta.k8s.io", "v1"), ("meta.k8s.io", "v1beta1"))
SUPPORTED = "application/json, application/yaml"


@dataclass(frozen=True)
class Accepted:
    media_type: str = JSON
    shape: Shape = "plain"
    version: str = "v1"

    @property
    def meta_version(self) -> str:
        return f"meta.k8s.io/{self.version}"


def accepted(header: str, single: bool | None = None) -> Accepted:
    """The first of the client's alternatives that the server can produce; `single` says whether of one object."""
    if not header.strip():
        return Accepted()
    for alternative in header.split(","):
        found = _alternative(alternative, single)
        if found is not None:
            return found
    raise not_acceptable(SUPPORTED)


def _alternative(text: str, single: bool | None) -> Accepted | None:
    media_type, *rest = (part.strip() for part in text.split(";"))
    parameters = dict(part.partition("=")[::2] for part in rest)
    shape = SHAPES.get(parameters.get("as", ""))
    if media_type not in (JSON, YAML, *WILDCARDS) or shape is None:
        return None
    version = parameters.get("v", "v1")
    if shape != "plain" and (parameters.get("g"), version) not in META_VERSIONS:
        return None
    if (single, parameters.get("as", "")) in MISTAKEN:
        asked = parameters["as"]
        raise ApiError(406, f"you requested {asked}, but {MISTAKEN[(single is True, asked)]}")
    return Accepted(YAML if media_type == YAML else JSON, shape, version)


def reply(body: bytes, accept: Accepted, status: int = 200) -> Reply:
    if accept.media_type == YAML:
        return Reply(yaml.safe_dump(json.loads(body), sort_keys=True).encode(), status, YAML)
    return Reply(body + b"\n", status)
