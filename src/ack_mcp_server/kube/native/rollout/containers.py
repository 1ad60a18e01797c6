"""The containers of a pod template in the words of `describe`, each line with its indentation."""

import re
from collections.abc import Iterator
from typing import Any

from ack_mcp_server.kube.native.asked import Json
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.printing.go import go_string

_PLAIN_PATH = re.compile(r"(/[A-Za-z0-9/._~-]*)?")  # is not escaped in a URL
_PROBES = (("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe"))
_AMOUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


def container_lines(container: Json) -> Iterator[str]:
    """Raises NotUnderstood."""
    yield f"   {container['name']}:"
    yield f"    Image:\t{container.get('image', '')}"
    ports = container.get("ports") or []
    if any(port.get("name") for port in ports):
        raise NotUnderstood  # newer versions of kubectl print the names
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        told = ", ".join(f"{port.get(field, 0)}/{port.get('protocol', '')}" for port in ports)
        yield f"    {title}{'s' if ',' in told else ''}:\t{told or '<none>'}"
    yield from _seccomp((container.get("securityContext") or {}).get("seccompProfile"))
    yield from _words("Command", container.get("command") or [])
    yield from _words("Args", container.get("args") or [])
    yield from _resources(container.get("resources") or {})
    for title, field in _PROBES:
        if probe := container.get(field):
            yield f"    {title}:\t{_probe(probe)}"
    yield from _sources(container.get("envFrom") or [])
    yield from _variables(container.get("env") or [])
    yield from _mounts(container)


def _seccomp(profile: Json | None) -> Iterator[str]:
    if profile is None:
        return
    if profile.get("type") == "Localhost":
        raise NotUnderstood
    yield f"    SeccompProfile:\t{profile.get('type', '')}"


def _words(title: str, words: list[str]) -> Iterator[str]:
    if words:
        yield f"    {title}:"
    for word in words:
        yield from (f"      {line}" for line in word.split("\n"))


def _resources(resources: Json) -> Iterator[str]:
    if resources.get("claims"):
        raise NotUnderstood
    for title, field in (("Limits", "limits"), ("Requests", "requests")):
        amounts = resources.get(field) or {}
        if amounts:
            yield f"    {title}:"
        yield from (f"      {name}:\t{amounts[name]}" for name in sorted(amounts))


def _probe(probe: dict[str, Any]) -> str:
    delay, timeout, period, success, failure = (probe.get(name, 0) for name in _AMOUNTS)
    attributes = f"delay={delay}s timeout={timeout}s period={period}s #success={success} #failure={failure}"
    return f"{_checked(probe)} {attributes}"


def _checked(probe: dict[str, Any]) -> str:
    if "exec" in probe:
        return f"exec {go_string(probe['exec'].get('command') or [])}"
    if "httpGet" in probe:
        return f"http-get {_url(probe['httpGet'])}"
    if "tcpSocket" in probe:
        socket = probe["tcpSocket"]
        return f"tcp-socket {socket.get('host', '')}:{socket['port']}"
    if isinstance(service := probe.get("grpc", {}).get("service"), str):
        return f"grpc <pod>:{probe['grpc']['port']} {service}"
    raise NotUnderstood


def _url(request: dict[str, Any]) -> str:
    host, path = request.get("host", ""), request.get("path", "")
    if ":" in host or not _PLAIN_PATH.fullmatch(path):
        raise NotUnderstood
    return f"{request.get('scheme', '').lower()}://{host}:{request['port']}{path}"


def _sources(sources: list[dict[str, Any]]) -> Iterator[str]:
    if sources:
        yield "    Environment Variables from:"
    for source in sources:
        kind = "ConfigMap" if "configMapRef" in source else "Secret" if "secretRef" in source else ""
        named = source.get("configMapRef") or source.get("secretRef") or {}
        prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
        yield f"      {named.get('name', '')}\t{kind}{prefix}\tOptional: {_optional(named)}"


def _variables(variables: list[dict[str, Any]]) -> Iterator[str]:
    yield "    Environment:" if variables else "    Environment:\t<none>"
    for variable in variables:
        first, *others = _value(variable).split("\n")
        yield f"      {variable['name']}:\t{first}"
        yield from (f"      \t{line}" for line in others)


def _value(variable: dict[str, Any]) -> str:
    origin = variable.get("valueFrom")
    if not origin:
        return str(variable.get("value", ""))
    if field := origin.get("fieldRef"):
        return f" ({field.get('apiVersion', '')}:{field.get('fieldPath', '')})"
    if key := origin.get("secretKeyRef"):
        return f"<set to the key '{key['key']}' in secret '{key.get('name', '')}'>\tOptional: {_optional(key)}"
    if key := origin.get("configMapKeyRef"):
        return f"<set to the key '{key['key']}' of config map '{key.get('name', '')}'>\tOptional: {_optional(key)}"
    raise NotUnderstood


def _optional(reference: dict[str, Any]) -> str:
    return "true" if reference.get("optional") else "false"


def _mounts(container: Json) -> Iterator[str]:
    mounts = container.get("volumeMounts") or []
    if container.get("volumeDevices") or any('"' in mount.get("subPath", "") for mount in mounts):
        raise NotUnderstood
    yield "    Mounts:" if mounts else "    Mounts:\t<none>"
    for mount in sorted(mounts, key=lambda each: each["mountPath"]):
        flags = "ro" if mount.get("readOnly") else "rw"
        if mount.get("subPath"):
            flags += f',path="{mount["subPath"]}"'
        yield f"      {mount['mountPath']} from {mount['name']} ({flags})"
