"""Who may speak to the HTTP server at all: the Host it is called by, the Origin of a browser page, the bearer token."""

import hmac
import ipaddress
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ack_mcp_server.web.answers import refuse

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

# Strict, because what one parser takes for a path, a fragment or a user's name, another takes for the host.
_HOST = r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_][a-z0-9_.-]*))(?::[0-9]{1,5})?"
_HOST_HEADER = re.compile(_HOST)
_ORIGIN = re.compile(rf"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>{_HOST})")


@dataclass(frozen=True, kw_only=True)
class Doors:
    """`hosts` are names and *.patterns; `any_address` also accepts a literal IP address, which no DNS rebinding can
    put into a Host header; `token` is empty when none is required."""

    hosts: Sequence[str]
    origins: Sequence[str]
    any_address: bool
    token: str

    def knows_host(self, host: str) -> bool:
        name = host_name(host)
        if not name:
            return False
        if self.any_address and _is_address(name):
            return True
        return any(_matches(name, pattern) for pattern in (*LOOPBACK_NAMES, *self.hosts))

    def knows_origin(self, origin: str, host: str) -> bool:
        origin = origin.lower()
        found = _ORIGIN.fullmatch(origin)
        if found is None and origin != "null":
            return False
        if any(_matches(origin, pattern.rstrip("/")) for pattern in self.origins):
            return True
        if found is None or found["scheme"] not in ("http", "https"):
            return False
        # A page of our own: same name and port as the server it calls; or any page of this machine, for local tools.
        same = found["host"] == host.lower()
        return same or (host_name(found["host"]) in LOOPBACK_NAMES and host_name(host) in LOOPBACK_NAMES)

    def knows_token(self, authorization: str) -> bool:
        if not self.token:
            return True
        scheme, _, given = authorization.partition(" ")
        same = hmac.compare_digest(given.strip().encode(), self.token.encode())
        return same and scheme.lower() == "bearer"


class Guard:
    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(headers)
        if refusal is not None:
            status, error, step = refusal
            challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
            await refuse(status, error, step, headers=challenge)(scope, receive, send)
            return
        await self._app(_without_authorization(scope), receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str, str] | None:
        host, origins = headers.get("host", ""), headers.getlist("origin")
        if len(headers.getlist("host")) != 1 or not self._doors.knows_host(host):
            return 421, "this server does not answer to that Host", "Name it with --allowed-hosts."
        if len(origins) > 1 or not all(self._doors.knows_origin(origin, host) for origin in origins):
            return 403, "pages of that Origin may not call this server", "Name it with --allowed-origins."
        if not self._doors.knows_token(_one(headers.getlist("authorization"))):
            return 401, "a bearer token is required", "Send Authorization: Bearer <MCP_AUTH_TOKEN of the server>."
        return None


def host_name(host: str) -> str:
    """Without the port; an IPv6 address without its brackets; empty when it is not a host."""
    found = _HOST_HEADER.fullmatch(host.lower())
    return (found["ipv6"] or found["name"]).rstrip(".") if found else ""


def _matches(text: str, pattern: str) -> bool:
    """`*` in the pattern stands for anything; nothing else in it is special."""
    return re.fullmatch(".*".join(map(re.escape, pattern.lower().split("*"))), text) is not None


def _is_address(name: str) -> bool:
    with suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return False


def _one(values: list[str]) -> str:
    return values[0] if len(values) == 1 else ""


def _without_authorization(scope: Scope) -> Scope:
    """The token has done its work; nothing behind this point can pass it on."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
    return {**scope, "headers": headers}
