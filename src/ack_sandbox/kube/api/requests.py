"""A request as the API server understands it: which resource, which verb, which options."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from ack_sandbox.kube.rbac import Attributes
from ack_sandbox.kube.resources import Catalog, Resource

KEPT_HEADERS = (
    b"accept",
    b"authorization",
    b"content-type",
    b"if-none-match",
    b"impersonate-group",
    b"impersonate-user",
    b"user-agent",
)
WRITE_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """The resource that a path addresses."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    peer: bytes | None = field(default=None, repr=False)

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "")

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("1", "true", "t")


def request_of(scope: Mapping[str, Any], body: bytes = b"") -> Request:
    """The request of an ASGI scope; an upgrade to a WebSocket is a GET."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name in KEPT_HEADERS:
            text = value.decode("latin-1")
            headers[name.decode()] = f"{headers[name.decode()]},{text}" if name.decode() in headers else text
    return Request(
        method=scope.get("method", "GET"),
        path=scope["path"],
        query=parse_query(scope["query_string"].decode("latin-1")),
        headers=headers,
        body=body,
        peer=scope.get("state", {}).get("peer"),
    )


def whole_number(text: str) -> int | None:
    """A number of at most eighteen digits; None for anything else."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def parse_query(text: str) -> dict[str, str]:
    query: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        query.setdefault(name, value)
    return query


def target_of(path: str) -> Target | None:
    """The resource addressed by a path, or None when the path addresses no resource."""
    parts = [part for part in path.split("/") if part]
    if len(parts) >= 3 and parts[0] == "api":
        return _target("", parts[1], parts[2:])
    if len(parts) >= 4 and parts[0] == "apis":
        return _target(parts[1], parts[2], parts[3:])
    return None


def _target(group: str, version: str, rest: list[str]) -> Target:
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and (group or rest[2] not in ("status", "finalize")):
        namespace, rest = rest[1], rest[2:]
    return Target(
        group=group,
        version=version,
        plural=rest[0],
        # A namespace is also its own namespace, which is how a Role may grant reading it.
        namespace=rest[1] if not group and rest[0] == "namespaces" and len(rest) > 1 else namespace,
        name=rest[1] if len(rest) > 1 else "",
        subresource="/".join(rest[2:]),
    )


def verb_of(request: Request, target: Target) -> str:
    if request.method in ("GET", "HEAD"):
        if target.name:
            return "get"
        return "watch" if request.flag("watch") else "list"
    if request.method == "DELETE" and not target.name:
        return "deletecollection"
    return WRITE_VERBS.get(request.method, request.method.lower())


def attributes_of(request: Request, target: Target | None) -> Attributes:
    if target is None:
        return Attributes(verb=request.method.lower(), path=request.path)
    first = target.subresource.partition("/")[0]
    return Attributes(
        verb=verb_of(request, target),
        group=target.group,
        resource=f"{target.plural}/{first}" if first else target.plural,
        namespace=target.namespace,
        name=target.name,
    )


def resource_of(catalog: Catalog, target: Target) -> Resource | None:
    resource = catalog.find(target.group, target.version, target.plural)
    if resource is None or (target.namespace and not resource.namespaced and target.plural != "namespaces"):
        return None
    return resource


def store_namespace(resource: Resource, target: Target) -> str:
    return target.namespace if resource.namespaced else ""
