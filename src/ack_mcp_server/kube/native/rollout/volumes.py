"""The volumes of a pod template in the words of `describe`, each line with its indentation."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ack_mcp_server.kube.native.said import NotUnderstood

_Source = dict[str, Any]


def volume_lines(volumes: list[dict[str, Any]]) -> Iterator[str]:
    """Raises NotUnderstood for sources that are rare."""
    yield "  Volumes:" if volumes else "  Volumes:\t<none>"
    for volume in volumes:
        yield f"   {volume['name']}:"
        sources = [name for name in volume if name != "name"]
        if len(sources) != 1 or sources[0] not in _SOURCES:
            raise NotUnderstood
        about, fields = _SOURCES[sources[0]](volume[sources[0]])
        yield f"    Type:\t{about}"
        yield from (f"    {title}:\t{value}" for title, value in fields.items())


_Told = tuple[str, dict[str, str]]


def _host_path(source: _Source) -> _Told:
    fields = {"Path": source["path"], "HostPathType": source.get("type", "<none>")}
    return "HostPath (bare host directory volume)", fields


def _empty_dir(source: _Source) -> _Told:
    limit = source.get("sizeLimit", "0")
    fields = {"Medium": source.get("medium", ""), "SizeLimit": "<unset>" if limit == "0" else limit}
    return "EmptyDir (a temporary directory that shares a pod's lifetime)", fields


def _secret(source: _Source) -> _Told:
    fields = {"SecretName": source.get("secretName", ""), "Optional": _yes(source.get("optional"))}
    return "Secret (a volume populated by a Secret)", fields


def _config_map(source: _Source) -> _Told:
    fields = {"Name": source.get("name", ""), "Optional": _yes(source.get("optional"))}
    return "ConfigMap (a volume populated by a ConfigMap)", fields


def _claim(source: _Source) -> _Told:
    about = "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"
    return about, {"ClaimName": source["claimName"], "ReadOnly": _yes(source.get("readOnly"))}


def _yes(value: object) -> str:
    return "true" if value else "false"


_SOURCES: Mapping[str, Callable[[_Source], _Told]] = {
    "hostPath": _host_path,
    "emptyDir": _empty_dir,
    "secret": _secret,
    "configMap": _config_map,
    "persistentVolumeClaim": _claim,
}
