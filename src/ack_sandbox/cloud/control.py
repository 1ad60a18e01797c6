"""The control endpoint under /_sandbox/: faults, the clock, and what the region has seen.

It drives the region without a key, so it serves only who can name it by a loopback address and is no web page.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ack_sandbox.cloud.app import CloudApp
from ack_sandbox.cloud.faults.parameters import BadControlRequest, parameter, read, seconds
from ack_sandbox.cloud.faults.rules import allowed_faults
from ack_sandbox.cloud.wire import Json, json_bytes, rfc3339_utc

LARGEST_ADVANCE = timedelta(days=3650)
LARGEST_BODY = 64 * 1024
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

ENDPOINTS = (
    "GET /_sandbox/health",
    "GET /_sandbox/region",
    "GET, POST, DELETE /_sandbox/faults",
    "GET, POST /_sandbox/clock",
    "GET /_sandbox/requests",
    "POST /_sandbox/kubernetes",
    "POST /_sandbox/prometheus",
    "POST /_sandbox/sls",
    "POST /_sandbox/examinations",
    "POST /_sandbox/account",
)

Order = Callable[[Mapping[str, object]], Awaitable[Json]]
"""What a neighbour of the cloud lets the control endpoint do to it."""


@dataclass(frozen=True)
class Advance:
    advance_s: float = parameter(seconds(0, LARGEST_ADVANCE.total_seconds()))


class Control:
    """Routes control requests to the cloud; `facts` tells what the region is."""

    def __init__(
        self, cloud: CloudApp, facts: Callable[[], Mapping[str, Json]], orders: Mapping[str, Order] | None = None
    ) -> None:
        self._cloud = cloud
        self._facts = facts
        self._router = Router(
            routes=[
                self._route("health", "GET", self._health),
                self._route("region", "GET", self._region),
                self._route("faults", "GET", self._list_faults),
                self._route("faults", "POST", self._add_fault),
                self._route("faults", "DELETE", self._clear_faults),
                self._route("clock", "GET", self._tell_time),
                self._route("clock", "POST", self._advance_clock),
                self._route("requests", "GET", self._requests),
                *(self._route(name, "POST", order) for name, order in (orders or {}).items()),
            ],
            default=_unknown,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal(Request(scope))
        app: ASGIApp = refusal or self._router
        await app(scope, receive, send)

    def _route(self, name: str, method: str, handler: "Callable[[Any], Json | Awaitable[Json]]") -> Route:
        async def respond(request: Request) -> Response:
            try:
                answer = handler(await _json_object(request) if method == "POST" else None)
                return _json(await answer if isinstance(answer, Awaitable) else answer)
            except BadControlRequest as error:
                return _json({"error": error.message, "allowed": error.allowed}, 400)  # type: ignore[dict-item]

        return Route(f"/_sandbox/{name}", respond, methods=[method], name=f"{method} {name}")

    def _health(self, _: None) -> Json:
        return {"status": "ok", **self._time()}

    def _region(self, _: None) -> Json:
        return {**self._facts(), **self._time(), "services": self._cloud.service_names}

    def _list_faults(self, _: None) -> Json:
        return {"faults": [rule.facts() for rule in self._cloud.faults.rules]}

    def _add_fault(self, given: Mapping[str, object]) -> Json:
        try:
            return self._cloud.faults.add(given).facts()
        except BadControlRequest as error:
            raise BadControlRequest(error.message, allowed_faults()) from error

    def _clear_faults(self, _: None) -> Json:
        return {"cleared": self._cloud.faults.clear()}

    def _tell_time(self, _: None) -> Json:
        return self._time()

    def _advance_clock(self, given: Mapping[str, object]) -> Json:
        clock, by = self._cloud.store.clock, timedelta(seconds=read(Advance, given).advance_s)
        if clock.offset + by > LARGEST_ADVANCE:
            raise BadControlRequest("the clock would be too far ahead", f"at most {LARGEST_ADVANCE} in all")
        clock.advance(by)
        return self._time()

    def _requests(self, _: None) -> Json:
        return self._cloud.requests.facts()

    def _time(self) -> dict[str, Json]:
        store = self._cloud.store
        return {"now": rfc3339_utc(store.clock.now()), "opened": rfc3339_utc(store.opened)}


def _refusal(request: Request) -> Response | None:
    host = request.headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    if name not in LOOPBACK_NAMES:
        return _json({"error": f"not for host {host!r}", "allowed": list(LOOPBACK_NAMES)}, 403)
    if "origin" in request.headers:
        return _json({"error": "not for web pages", "allowed": "requests without an Origin header"}, 403)
    return None


async def _unknown(scope: Scope, receive: Receive, send: Send) -> None:
    response = _json({"error": "no such control endpoint", "allowed": list(ENDPOINTS)}, 404)
    await response(scope, receive, send)


async def _json_object(request: Request) -> Mapping[str, object]:
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > LARGEST_BODY:
            raise BadControlRequest("the body is too large", f"at most {LARGEST_BODY} bytes")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise BadControlRequest("the body is not JSON", "a JSON object") from None
    if not isinstance(given, dict):
        raise BadControlRequest("the body is not a JSON object", "a JSON object")
    return given


def _json(value: Json, status: int = 200) -> Response:
    return Response(json_bytes(value), status, media_type="application/json")
