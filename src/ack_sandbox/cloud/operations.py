"""One table for all services: (version, action) names an operation, whatever its method and path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.calls import Handler


@dataclass(frozen=True, kw_only=True)
class Operation:
    method: str
    path: str  # "/clusters/{cluster_id}/nodes"; an RPC operation's is "/"
    handler: Handler

    def arguments(self, request: RawRequest) -> Mapping[str, str] | None:
        """The decoded path arguments, or None when the request is not one for this operation."""
        pattern, sent = self.path.split("/"), request.raw_path.split("/")
        if request.method != self.method or len(pattern) != len(sent):
            return None
        arguments = {}
        for part, text in zip(pattern, sent, strict=True):
            if part.startswith("{"):
                arguments[part.strip("{}")] = unquote(text)
            elif part != text:
                return None
        # "" and ".." never name a resource; the real gateway resolves them away and finds another path.
        return None if {"", ".", ".."} & set(arguments.values()) else arguments


def get(path: str, handler: Handler) -> Operation:
    return Operation(method="GET", path=path, handler=handler)


def post(path: str, handler: Handler) -> Operation:
    return Operation(method="POST", path=path, handler=handler)


def put(path: str, handler: Handler) -> Operation:
    return Operation(method="PUT", path=path, handler=handler)


def delete(path: str, handler: Handler) -> Operation:
    return Operation(method="DELETE", path=path, handler=handler)


@dataclass(frozen=True, kw_only=True)
class Service:
    name: str  # as in "cs:DescribeClusterDetail", and in a fault's `service`
    version: str
    operations: Mapping[str, Operation]


class ServiceTable:
    def __init__(self, services: Sequence[Service]) -> None:
        self._by_version = {service.version: service for service in services}

    @property
    def names(self) -> list[str]:
        return [service.name for service in self._by_version.values()]

    def service(self, version: str) -> Service | None:
        return self._by_version.get(version)
