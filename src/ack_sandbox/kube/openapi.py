"""OpenAPI v3: an index of group versions, and for each a document made from the catalog and the published schemas."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ack_sandbox.kube.definitions import DEFINITIONS
from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.resources import Catalog, Resource
from ack_sandbox.kube.store import Store

PREFIX = "#/components/schemas/"
META = "io.k8s.apimachinery.pkg.apis.meta.v1."
ALWAYS = tuple(META + name for name in ("DeleteOptions", "Status", "APIResourceList", "ObjectMeta", "ListMeta"))
WRITE_PARAMETERS = ("dryRun", "fieldManager", "fieldValidation")
COLLECTION = {"get": "list", "post": "create", "delete": "deletecollection"}
SINGLE = {"get": "get", "put": "update", "patch": "patch", "delete": "delete"}
ACTIONS = {"get": "get", "list": "list", "create": "post", "update": "put"}


@lru_cache(maxsize=1)
def _schemas() -> dict[str, Object]:
    packed = files("ack_sandbox.kube.data").joinpath("schemas.json.gz").read_bytes()
    schemas: dict[str, Object] = json.loads(gzip.decompress(packed))
    return schemas


@lru_cache(maxsize=1)
def _by_kind() -> dict[tuple[str, str, str], str]:
    found = {}
    for name, schema in _schemas().items():
        for each in schema.get("x-kubernetes-group-version-kind") or []:
            found[(each["group"], each["version"], each["kind"])] = name
    return found


def name_of_kind(api_version: str, kind: str) -> str:
    """The name of a published schema, or nothing for a kind that has none."""
    group, _, version = api_version.rpartition("/")
    return _by_kind().get((group, version, kind), "")


def published(name: str) -> Object:
    return _schemas()[name]


def index(catalog: Catalog, store: Store) -> Object:
    """The paths of `/openapi/v3`, each with the hash of its document."""
    paths = {}
    for group, versions in catalog.group_versions().items():
        for version in versions:
            path = f"apis/{group}/{version}" if group else f"api/{version}"
            digest = _identity(catalog, store, group, version)
            paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def _identity(catalog: Catalog, store: Store, group: str, version: str) -> str:
    resources = list(catalog.within(group, version))
    parts = [repr(each) for each in resources]
    parts += [json.dumps(_custom_schema(store, each), sort_keys=True) for each in resources if each.custom]
    return hashlib.sha512("\n".join(parts).encode()).hexdigest().upper()


def document(catalog: Catalog, store: Store, group: str, version: str) -> Object | None:
    resources = list(catalog.within(group, version))
    if not resources:
        return None
    schemas: dict[str, Object] = {}
    for resource in resources:
        schemas.update(schemas_of(store, resource))
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1"},
        "paths": {path: item for resource in resources for path, item in paths_of(resource)},
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def schemas_of(store: Store, resource: Resource) -> dict[str, Object]:
    """The schema of a resource, and every schema that it or its operations refer to."""
    schemas: dict[str, Object] = {}
    name = schema_name(resource)
    for known in (*ALWAYS, *([] if resource.custom or not name else [name])):
        _collect(known, schemas)
    if resource.custom:
        schemas[name] = _custom_schema(store, resource)
    return schemas


def schema_name(resource: Resource) -> str:
    if resource.custom:
        reversed_group = ".".join(reversed(resource.group.split(".")))
        return f"{reversed_group}.{resource.version}.{resource.kind}"
    return _by_kind().get((resource.group, resource.version, resource.kind), "")


def _collect(name: str, into: dict[str, Object]) -> None:
    if name in into:
        return
    into[name] = _schemas()[name]
    for reference in _references(into[name]):
        _collect(reference, into)


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
    elif isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str):
            yield target.removeprefix(PREFIX)
        for each in node.values():
            yield from _references(each)


def _custom_schema(store: Store, resource: Resource) -> Object:
    definition = store.get(DEFINITIONS, "", f"{resource.plural}.{resource.group}") or {}
    versions: list[Object] = dig(definition, "spec", "versions", default=[])
    served = next((each for each in versions if each["name"] == resource.version), {})
    schema: Object = dict(dig(served, "schema", "openAPIV3Schema", default={"type": "object"}))
    standard = {name: {"type": "string", "description": text} for name, text in STANDARD_FIELDS.items()}
    meta = {
        "description": "Standard object's metadata. More info: "
        "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
        "allOf": [{"$ref": f"{PREFIX}{META}ObjectMeta"}],
    }
    schema["properties"] = {**(schema.get("properties") or {}), **standard, "metadata": meta}
    return {**schema, "x-kubernetes-group-version-kind": [_gvk(resource)]}


STANDARD_FIELDS = {
    "apiVersion": "APIVersion defines the versioned schema of this representation of an object. Servers should convert"
    " recognized schemas to the latest internal value, and may reject unrecognized values. More info:"
    " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
    "kind": "Kind is a string value representing the REST resource this object represents. Servers may infer this from"
    " the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info:"
    " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
}


def _gvk(resource: Resource) -> Object:
    return {"group": resource.group, "kind": resource.kind, "version": resource.version}


def paths_of(resource: Resource) -> Iterator[tuple[str, Object]]:
    base = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
    scope = f"{base}/namespaces/{{namespace}}" if resource.namespaced else base
    yield f"{scope}/{resource.plural}", _operations(resource, COLLECTION)
    yield f"{scope}/{resource.plural}/{{name}}", _operations(resource, SINGLE)
    if resource.namespaced:
        yield f"{base}/{resource.plural}", _operations(resource, {"get": "list"})


def _operations(resource: Resource, verbs: dict[str, str]) -> Object:
    return {method: _operation(resource, method, verb) for method, verb in verbs.items() if verb in resource.verbs}


def _operation(resource: Resource, method: str, verb: str) -> Object:
    names = WRITE_PARAMETERS if method in ("post", "put", "patch") else ()
    operation: Object = {
        "description": f"{verb} objects of kind {resource.kind}",
        "operationId": f"{verb}{resource.version.capitalize()}{resource.kind}{method.capitalize()}",
        "parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names],
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": ACTIONS.get(verb, verb),
        "x-kubernetes-group-version-kind": _gvk(resource),
    }
    name = schema_name(resource)
    if method in ("post", "put") and name:
        schema = {"schema": {"$ref": PREFIX + name}}
        operation["requestBody"] = {"content": {"*/*": schema}, "required": True}
    return operation
