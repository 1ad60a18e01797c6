"""Kubernetes objects held against the published schemas, as strictly as an API server: no unknown field passes."""

from functools import cache
from typing import Any

import jsonschema
import yaml

from ack_sandbox.kube import openapi

Object = dict[str, Any]


def objects_in(text: str) -> list[Object]:
    return [each for each in yaml.safe_load_all(text) if each]


def faults_of(found: Object) -> list[str]:
    """Each with the place of the fault; empty for an object that an API server would take."""
    group, _, version = found["apiVersion"].rpartition("/")
    name = openapi._by_kind()[group, version, found["kind"]]
    schema = {"$ref": f"{openapi.PREFIX}{name}", **_document()}
    faults = jsonschema.Draft202012Validator(schema).iter_errors(found)
    return [f"{'.'.join(str(part) for part in fault.absolute_path)}: {fault.message[:200]}" for fault in faults]


@cache
def _document() -> Object:
    return {"components": {"schemas": {name: _closed(schema) for name, schema in openapi._schemas().items()}}}


def _closed(schema: Any) -> Any:
    """Objects with named fields have no others."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _closed(each) for name, each in schema.items() if name != "default"}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        made["additionalProperties"] = False
    return made


def of_kind(objects: list[Object], kind: str) -> Object:
    (found,) = [each for each in objects if each["kind"] == kind]
    return found


def container_of(deployment: Object) -> Object:
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return dict(container)
