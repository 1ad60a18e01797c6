"""managedFields: who wrote which fields, as a real server records them beside every object."""

from typing import Any

from ack_sandbox.kube.objects import Object

MERGE_KEYS = {"containers": "name", "initContainers": "name", "volumes": "name", "env": "name", "conditions": "type"}


def fields(value: Any, name: str = "") -> Object:
    """The FieldsV1 set of a value: `f:` for fields, `k:` for items of keyed lists."""
    if isinstance(value, dict):
        return {f"f:{key}": fields(each, key) for key, each in value.items()}
    key = MERGE_KEYS.get(name)
    if isinstance(value, list) and key:
        return {f'k:{{"{key}":"{each[key]}"}}': {".": {}, **fields(each)} for each in value}
    return {}


def entry(manager: str, api_version: str, time: str, owned: Object, subresource: str = "") -> Object:
    made = {
        "manager": manager,
        "operation": "Update",
        "apiVersion": api_version,
        "time": time,
        "fieldsType": "FieldsV1",
        "fieldsV1": owned,
    }
    return {**made, "subresource": subresource} if subresource else made
