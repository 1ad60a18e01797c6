"""The API server's front: each request is authenticated, authorized, routed and answered, never with a traceback."""

import asyncio
import gzip
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import format_datetime
from functools import partial
from typing import Any

from ack_sandbox.kube import hearing
from ack_sandbox.kube.api import documents, routes, upgrades
from ack_sandbox.kube.api.replies import Reply, Stream
from ack_sandbox.kube.api.requests import Request, Target, attributes_of, request_of, target_of
from ack_sandbox.kube.faults import Fault, message
from ack_sandbox.kube.hearing import Heard
from ack_sandbox.kube.rbac import Attributes, is_allowed, refusal
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, forbidden, too_large
from ack_sandbox.kube.users import AUTHENTICATED, User

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_LIMIT = 3 * 1024 * 1024
# Answers from this size on are compressed for clients that accept it.
COMPRESSED_FROM = 128 * 1024
log = logging.getLogger(__name__)


class ApiServer:
    """An ASGI application over one cluster."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return
        fault = self.state.faults.take(scope["path"], scope.get("method", "GET"))
        if fault is not None and not fault.after and await _withheld(fault, scope, receive):
            return
        heard = hearing.begun(scope, self.state.clock.now())
        if scope["type"] == "websocket":
            await upgrades.serve(self.state, partial(self._upgraded, heard), scope, receive, send)
            return
        answer = await self._answer(scope, receive, fault, heard)
        self.state.hearing.answered(heard, *((200,) if isinstance(answer, Stream) else (answer.status, answer.body)))
        if fault is not None and fault.after and await _withheld(fault, scope, receive):
            return
        if isinstance(answer, Stream):
            await _stream(answer, receive, send, self._headers(heard))
        else:
            await _reply(answer, send, self._headers(heard), scope)

    async def _answer(self, scope: Scope, receive: Receive, fault: Fault | None, heard: Heard) -> Reply | Stream:
        try:
            if fault is not None and fault.kind == "status" and not fault.after:
                raise _failure(fault)
            answer = self._handle(await _request(scope, receive), heard)
            if fault is not None and fault.kind == "status":
                raise _failure(fault)
            return answer
        except ApiError as error:
            return Reply(error.body(), error.code, headers=error.headers)
        except Exception as error:  # noqa: BLE001 - the last resort of a server is an honest 500
            log.error("failed to answer %s %s: %r", scope["method"], scope["path"], error)
            return Reply(ApiError(500, f"Internal error occurred: {error!r}").body(), 500)

    def admitted(self, request: Request, heard: Heard) -> tuple[User, Target | None]:
        """Who asks for what; raises the 401 or 403 of those who may not."""
        self.state.now()
        heard.user = self.state.users.authenticate(request.headers.get("authorization", ""), request.peer)
        user = heard.acting = self._impersonated(heard.user, request)
        target = target_of(request.path)
        self._authorize(user, request, target)
        return user, target

    def _upgraded(self, heard: Heard, request: Request) -> tuple[User, Target | None]:
        """As `admitted`; the request is heard before it is served, because its connection may last long."""
        try:
            admitted = self.admitted(request, heard)
        except ApiError as error:
            self.state.hearing.answered(heard, error.code)
            raise
        self.state.hearing.answered(heard, 101)
        return admitted

    def _handle(self, request: Request, heard: Heard) -> Reply | Stream:
        if len(request.body) <= hearing.BODY_KEPT:
            heard.sent = request.body
        user, target = self.admitted(request, heard)
        if target is None:
            return documents.serve(self.state, request)
        answer = routes.serve(self.state, user, request, target)
        if request.method == "HEAD" and isinstance(answer, Stream):
            return Reply(b"", content_type=answer.content_type)
        return answer

    def _impersonated(self, user: User, request: Request) -> User:
        name = request.headers.get("impersonate-user", "")
        groups = tuple(filter(None, request.headers.get("impersonate-group", "").split(",")))
        if not name:
            return user
        for plural, wanted in (("users", name), *(("groups", group) for group in groups)):
            asked = Attributes(verb="impersonate", resource=plural, name=wanted)
            if not is_allowed(self.state.store, user, asked):
                raise forbidden(plural, "", wanted, refusal(user, asked))
        return User(name, (*groups, AUTHENTICATED))

    def _authorize(self, user: User, request: Request, target: Target | None) -> None:
        wanted = attributes_of(request, target)
        if is_allowed(self.state.store, user, wanted):
            return
        because = refusal(user, wanted)
        if target is None:
            raise ApiError(403, f"forbidden: {because}", details={})
        raise forbidden(target.plural, target.group, target.name, because)

    def _headers(self, heard: Heard) -> dict[str, str]:
        return {
            "audit-id": heard.id,
            "cache-control": "no-cache, private",
            "date": format_datetime(self.state.clock.now(), usegmt=True),
        }


def _failure(fault: Fault) -> ApiError:
    error = ApiError(fault.code, message(fault))
    if fault.retry_after is not None:
        error.headers["retry-after"] = str(fault.retry_after)
        error.details = {"retryAfterSeconds": fault.retry_after}
    return error


async def _withheld(fault: Fault, scope: Scope, receive: Receive) -> bool:
    """Whether the client is left without an answer; a slow one comes late."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    if fault.kind not in ("hang", "reset"):
        return False
    if fault.kind == "reset":
        scope["state"]["abort"]()
    while not (await receive())["type"].endswith(".disconnect"):
        pass
    return True


async def _request(scope: Scope, receive: Receive) -> Request:
    return request_of(scope, await _body(scope, receive))


async def _body(scope: Scope, receive: Receive) -> bytes:
    if scope["method"] in ("GET", "HEAD"):
        return b""
    parts: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return b""
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        if size > BODY_LIMIT:
            raise too_large(BODY_LIMIT)
        if not event.get("more_body"):
            return b"".join(parts)


async def _reply(answer: Reply, send: Send, common: dict[str, str], scope: Scope) -> None:
    body, coding = _coded(answer, scope)
    headers = {**common, "content-length": str(len(body)), **answer.headers, **coding}
    if answer.content_type:
        headers["content-type"] = answer.content_type
    await send({"type": "http.response.start", "status": answer.status, "headers": _raw(headers)})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _coded(answer: Reply, scope: Scope) -> tuple[bytes, dict[str, str]]:
    """The body as it goes over the wire, and the headers that say so."""
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
    if len(answer.body) < COMPRESSED_FROM or b"gzip" not in accepted:
        return answer.body, {}
    vary = ", ".join(filter(None, (answer.headers.get("vary"), "Accept-Encoding")))
    return gzip.compress(answer.body, compresslevel=1), {"content-encoding": "gzip", "vary": vary}


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def _stream(answer: Stream, receive: Receive, send: Send, common: dict[str, str]) -> None:
    """Send until the source ends or the client goes away, whichever is first."""
    headers = _raw({**common, **answer.headers, "content-type": answer.content_type})
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    pump = asyncio.create_task(_pump(answer, send))
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (pump, gone):
            task.cancel()
        await asyncio.gather(pump, gone, return_exceptions=True)


async def _pump(answer: Stream, send: Send) -> None:
    async for chunk in answer.chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
