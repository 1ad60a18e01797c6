"""What a pod takes from other objects: variables, files, logins; and what is not there."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from ack_sandbox.kube.controllers.plane import CLAIMS, Plane
from ack_sandbox.kube.objects import Object, dig, namespace_of

SOURCES = (("configMapRef", "configMapKeyRef", "/configmaps"), ("secretRef", "secretKeyRef", "/secrets"))
NAMES = {"/configmaps": "configmap", "/secrets": "secret"}
LOGIN = "kubernetes.io/dockerconfigjson"


def missing_setting(plane: Plane, pod: Object, container: Object) -> str:
    """Why the container cannot be created, as the kubelet says it; empty when nothing is missing."""
    space = namespace_of(pod)
    for source in container.get("envFrom") or []:
        for bulk, _, resource in SOURCES:
            wanted = source.get(bulk)
            if wanted and not wanted.get("optional") and plane.store.get(resource, space, wanted["name"]) is None:
                return f'{NAMES[resource]} "{wanted["name"]}" not found'
    for variable in container.get("env") or []:
        why = _missing_key(plane, space, variable.get("valueFrom") or {})
        if why:
            return why
    return ""


def _missing_key(plane: Plane, space: str, source: Object) -> str:
    for _, single, resource in SOURCES:
        wanted = source.get(single)
        if not wanted or wanted.get("optional"):
            continue
        found = plane.store.get(resource, space, wanted["name"])
        if found is None:
            return f'{NAMES[resource]} "{wanted["name"]}" not found'
        if wanted["key"] not in _keys(found):
            kind = "ConfigMap" if resource == "/configmaps" else "Secret"
            return f"couldn't find key {wanted['key']} in {kind} {space}/{wanted['name']}"
    return ""


def _keys(holder: Object) -> dict[str, Any]:
    return {**(holder.get("data") or {}), **(holder.get("binaryData") or {}), **(holder.get("stringData") or {})}


def variables(plane: Plane, pod: Object, container: Object) -> dict[str, str]:
    """The environment by name, with what other objects give; a Secret's values stay as they are stored."""
    found: dict[str, str] = {}
    for source in container.get("envFrom") or []:
        for bulk, _, resource in SOURCES:
            holder = plane.store.get(resource, namespace_of(pod), dig(source, bulk, "name", default=""))
            prefix = source.get("prefix", "")
            found |= {prefix + key: str(value) for key, value in _keys(holder or {}).items()}
    for variable in container.get("env") or []:
        found[variable["name"]] = _value(plane, pod, variable)
    return found


def _value(plane: Plane, pod: Object, variable: Object) -> str:
    source = variable.get("valueFrom")
    if not source:
        return str(variable.get("value", ""))
    for _, single, resource in SOURCES:
        if single in source:
            holder = plane.store.get(resource, namespace_of(pod), source[single]["name"])
            return str(_keys(holder or {}).get(source[single]["key"], ""))
    return "from the pod"


def missing_volume(plane: Plane, pod: Object) -> str:
    """Why the pod's volumes cannot be mounted; empty when they can."""
    for volume in dig(pod, "spec", "volumes", default=[]):
        for resource, wanted in _mounted(volume):
            name = wanted.get("secretName") or wanted.get("name") or ""
            if not wanted.get("optional") and plane.store.get(resource, namespace_of(pod), name) is None:
                return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {NAMES[resource]} "{name}" not found'
    return ""


def _mounted(volume: Object) -> Iterator[tuple[str, Object]]:
    for source in (volume, *dig(volume, "projected", "sources", default=[])):
        for field, resource in (("secret", "/secrets"), ("configMap", "/configmaps")):
            if source.get(field):
                yield resource, source[field]


def claims_of(plane: Plane, pod: Object) -> Iterator[tuple[str, Object | None]]:
    """The claims that the pod names, each with its object when there is one."""
    for volume in dig(pod, "spec", "volumes", default=[]):
        name = dig(volume, "persistentVolumeClaim", "claimName")
        if name:
            yield name, plane.store.get(CLAIMS, namespace_of(pod), name)


def has_login(plane: Plane, pod: Object, image: str) -> bool:
    """Whether one of the pod's pull secrets holds a login for the image's registry."""
    host = image.partition("/")[0]
    for reference in dig(pod, "spec", "imagePullSecrets", default=[]):
        secret = plane.store.get("/secrets", namespace_of(pod), reference.get("name", ""))
        if secret is not None and secret.get("type") == LOGIN and host in _hosts(secret):
            return True
    return False


def _hosts(secret: Object) -> list[str]:
    try:
        config = json.loads(base64.b64decode(dig(secret, "data", ".dockerconfigjson", default="")))
    except ValueError:
        return []
    return [address.removeprefix("https://").partition("/")[0] for address in dig(config, "auths", default={})]
