"""OpenAPI v2: one document of the whole API, made from the schemas and paths of version 3."""

from collections.abc import Iterator
from typing import Any

from ack_sandbox.kube import openapi
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.resources import Catalog, Resource
from ack_sandbox.kube.store import Store

PREFIX = "#/definitions/"
# Version 2 has no alternatives; a type that has them is written as one that covers both.
ALTERNATIVES = ("allOf", "oneOf", "anyOf", "not", "nullable", "default")
JSON_TYPES = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]
PATCHES = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"]
STRATEGIC = "application/strategic-merge-patch+json"


def document(catalog: Catalog, store: Store, version: str) -> Object:
    definitions: dict[str, Object] = {}
    paths: Object = {}
    for resource in catalog.resources:
        definitions.update(openapi.schemas_of(store, resource))
        paths.update((path, _path_item(resource, item)) for path, item in openapi.paths_of(resource))
    return {
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": version},
        "paths": dict(sorted(paths.items())),
        "definitions": {name: schema(definitions[name]) for name in sorted(definitions)},
    }


def schema(found: Object) -> Object:
    """A schema of version 3 in the words of version 2."""
    made = {name: value for name, value in found.items() if name not in ALTERNATIVES}
    references = [each["$ref"] for each in found.get("allOf") or [] if "$ref" in each]
    if "$ref" in found or references:
        made["$ref"] = PREFIX + (found.get("$ref") or references[0]).removeprefix(openapi.PREFIX)
    elif "oneOf" in found:
        made["type"] = "string"
    if "properties" in found:
        made["properties"] = {name: schema(each) for name, each in found["properties"].items()}
    for name in ("items", "additionalProperties"):
        if isinstance(found.get(name), dict):
            made[name] = schema(found[name])
    return made


def _path_item(resource: Resource, item: Object) -> Object:
    return {method: _operation(resource, method, operation) for method, operation in item.items()}


def _operation(resource: Resource, method: str, operation: Object) -> Object:
    made = {name: value for name, value in operation.items() if name not in ("parameters", "requestBody")}
    consumes = [*PATCHES, *([] if resource.custom else [STRATEGIC])] if method == "patch" else ["*/*"]
    return {**made, "consumes": consumes, "produces": JSON_TYPES, "parameters": list(_parameters(operation))}


def _parameters(operation: Object) -> Iterator[Object]:
    content: dict[str, Any] = (operation.get("requestBody") or {}).get("content") or {}
    for body in content.values():
        yield {"name": "body", "in": "body", "required": True, "schema": schema(body["schema"])}
    for each in operation["parameters"]:
        yield {"name": each["name"], "in": each["in"], **schema(each["schema"])}
