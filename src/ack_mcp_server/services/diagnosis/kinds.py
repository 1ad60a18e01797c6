"""The kinds of diagnosis: which arguments each takes, and how the API is told of its target."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ack_mcp_server import identifiers
from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.audit.asked import allowed_namespaces
from ack_mcp_server.services.audit.kinds import resource
from ack_mcp_server.settings import Settings

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_PROTOCOLS = ("tcp", "udp", "icmp")
_LONGEST_URL = 2048

Target = Mapping[str, Any]
Given = Mapping[str, Any]
"""Arguments by name, those that were not given left out."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`takes` are the arguments that it needs, `also` those that it may have; `resource` is what it looks at, empty for
    no kind of object. One of a namespace says so by `namespaced`."""

    name: str
    takes: tuple[str, ...]
    also: tuple[str, ...] = ()
    resource: str = ""
    namespaced: bool = False
    target: Callable[[Given], Target]

    @property
    def usage(self) -> str:
        optional = f", and may have {' and '.join(self.also)}" if self.also else ""
        return f"resource_type={self.name} takes {' and '.join(self.takes)}{optional}."


@dataclass(frozen=True)
class Subject:
    """What is to be diagnosed, checked."""

    kind: str
    target: Target

    @property
    def title(self) -> str:
        return title(self.kind, self.target)


def subject(settings: Settings, kind: str, **given: str | int) -> Subject:
    """Of a tool's arguments, within what the operator allows. Raises InvalidInput, NotEnabled."""
    found = KINDS[kind]
    present = {name: value for name, value in given.items() if value not in ("", 0)}
    missing = [name for name in found.takes if name not in present]
    needless = [name for name in present if name not in (*found.takes, *found.also)]
    if missing:
        raise InvalidInput(f"{' and '.join(missing)} is missing", next_step=found.usage)
    if needless:
        raise InvalidInput(f"a diagnosis of {kind} takes no {' or '.join(needless)}", next_step=found.usage)
    target = found.target(present)
    check_allowed(settings, kind, target)
    return Subject(kind, target)


def check_allowed(settings: Settings, kind: str, target: Target) -> None:
    """Of a diagnosis that is begun, or that somebody began. Raises NotEnabled."""
    found = KINDS.get(kind)
    if found and found.resource in map(resource, settings.deny_kinds):
        raise NotEnabled(f"{found.resource} are not touched by this server", next_step="An operator sets --deny-kinds.")
    if not settings.namespaces:
        return
    if found is None or not found.namespaced:
        raise NotEnabled(
            f"a diagnosis of {kind or 'this'} looks into all namespaces, and this server may reach some only",
            next_step="Diagnose a pod or a service of those namespaces.",
        )
    allowed_namespaces(settings, str(target.get("namespace") or "default"))


def title(kind: str, target: Target) -> str:
    """`pod shop/web-0`, `network 10.0.0.1 to 10.0.0.2:80/tcp`."""
    if kind == "network":
        port = f":{target['dport']}" if target.get("dport") else ""
        protocol = f"/{target['protocol']}" if target.get("protocol") else ""
        return f"network {target.get('src')} to {target.get('dst')}{port}{protocol}"
    return f"{kind} {'/'.join(str(value) for value in target.values())}".strip()


def _node(given: Given) -> Target:
    return {"name": identifiers.node_name(given["name"])}


def _memory(given: Given) -> Target:
    return {"node": identifiers.node_name(given["node"])}


def _object(given: Given) -> Target:
    _check(_LABEL, given["namespace"], "a namespace", "ack_kubectl get namespaces shows them.")
    _check(_NAME, given["name"], "a name of an object", "ack_kubectl get shows the names.")
    return {"namespace": given["namespace"], "name": given["name"]}


def _ingress(given: Given) -> Target:
    url = given["url"]
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:
        good = None
    if not good or len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or "@" in parts.netloc:
        raise InvalidInput(
            f"{shown(url)} is not a URL of an Ingress", next_step="Use such as https://shop.example.com/cart."
        )
    return {"url": url}


def _network(given: Given) -> Target:
    protocol, port = str(given.get("protocol", "tcp")).lower(), given.get("port", 0)
    if protocol not in _PROTOCOLS:
        raise InvalidInput(f"{shown(protocol)} is not a protocol", next_step=f"Use {', '.join(_PROTOCOLS)}.")
    if protocol == "icmp" and port:
        raise InvalidInput("icmp has no ports", next_step="Leave port out, or use tcp or udp.")
    if not 0 <= port < 65536:
        raise InvalidInput(f"{port} is not a port", next_step="A port is 1 to 65535.")
    ends = {"src": _end(given["source"]), "dst": _end(given["destination"])}
    return {**ends, **({"dport": str(port)} if port else {}), "protocol": protocol}


def _end(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return _check(_HOST, value, "an IP address or a host name", "Give the IP of a pod, node or Service.")


def _check(pattern: re.Pattern[str], value: str, what: str, next_step: str) -> str:
    if pattern.fullmatch(value):
        return value
    raise InvalidInput(f"{shown(value)} is not {what}", next_step=next_step)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name="node", takes=("name",), resource="nodes", target=_node),
        Kind(name="pod", takes=("namespace", "name"), resource="pods", namespaced=True, target=_object),
        Kind(name="service", takes=("namespace", "name"), resource="services", namespaced=True, target=_object),
        Kind(name="ingress", takes=("url",), resource="ingresses", target=_ingress),
        Kind(name="network", takes=("source", "destination"), also=("port", "protocol"), target=_network),
        Kind(name="memory", takes=("node",), resource="nodes", target=_memory),
    )
}
