"""The cloud as an ASGI application: takes a request, plays a fault or answers it, and writes it down."""

import logging
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp

from ack_sandbox.clock import wall_clock
from ack_sandbox.cloud import errors
from ack_sandbox.cloud.acs3 import RawRequest, claimed_key, verify
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.connections import Connections
from ack_sandbox.cloud.exchange import Exchange, Receive, Send
from ack_sandbox.cloud.faults.rules import FaultBook
from ack_sandbox.cloud.operations import ServiceTable
from ack_sandbox.cloud.seen import RequestLog
from ack_sandbox.cloud.store import CloudStore
from ack_sandbox.cloud.wire import Answer, json_answer, rfc3339_utc

LARGEST_BODY = 8 * 1024 * 1024

logger = logging.getLogger(__name__)


class CloudApp:
    def __init__(
        self,
        store: CloudStore,
        services: ServiceTable,
        *,
        signing_clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        self.store = store
        self.services = services
        self.faults = FaultBook(services.names)
        self.requests = RequestLog()
        self.connections = Connections()
        self.control: ASGIApp | None = None
        # Clients sign with their own wall clock, which does not follow the region's when a test advances it.
        self._signing_clock = signing_clock

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if self.control is not None and (scope["path"] + "/").startswith("/_sandbox/"):
            await self.control(scope, receive, send)
            return
        request = await _read(scope, receive)
        service = self.services.service(request.header("x-acs-version"))
        action = request.header("x-acs-action")
        exchange = self._exchange(request, scope, receive, send)
        seen = self.requests.begin(
            service=service.name if service else "unknown",
            action=action,
            account_role=exchange.key.role if exchange.key else None,
            method=request.method,
            path=request.raw_path,
            request_id=exchange.request_id,
            at=rfc3339_utc(self.store.clock.now()),
        )
        try:
            fault = self.faults.fault_for(seen.service, action)
            await (fault.play(exchange) if fault else exchange.answer(exchange.real()))
        finally:
            self.requests.finish(seen, exchange.status)

    def _exchange(self, request: RawRequest, scope: Mapping[str, Any], receive: Receive, send: Send) -> Exchange:
        request_id = self.store.next_request_id()
        service = self.services.service(request.header("x-acs-version"))
        return Exchange(
            request_id=request_id,
            host=request.header("host"),
            action=f"{service.name if service else 'unknown'}:{request.header('x-acs-action')}",
            key=claimed_key(request),
            real=lambda: self._answer(request, request_id),
            receive=receive,
            send=send,
            transport=self.connections.transport(scope["client"]),
        )

    def _answer(self, request: RawRequest, request_id: str) -> Answer:
        try:
            return self._handle(request, request_id)
        except errors.CloudError as error:
            return error.answer(request_id, request.header("host"))
        except Exception:  # a defect here must look like one in the cloud, not like a broken connection
            logger.exception("the sandbox failed at %s", request.header("x-acs-action"))
            return errors.internal_error().answer(request_id, request.header("host"))

    def _handle(self, request: RawRequest, request_id: str) -> Answer:
        if len(request.body) > LARGEST_BODY:
            raise errors.request_too_large()
        key = verify(request, self._signing_clock())
        service = self.services.service(request.header("x-acs-version"))
        action = request.header("x-acs-action")
        operation = service.operations.get(action) if service else None
        path = operation.arguments(request) if operation else None
        if service is None or operation is None or path is None:
            raise errors.unknown_action()
        if not key.permitted:
            raise errors.forbidden(f"{service.name}:{action}", key)
        call = Call(
            store=self.store,
            key=key,
            request_id=request_id,
            now=self.store.clock.now(),
            path=path,
            query=dict(parse_qsl(request.query_string, keep_blank_values=True)),
            body=request.body,
        )
        return json_answer(operation.handler(call), request_id)


async def _read(scope: Mapping[str, Any], receive: Receive) -> RawRequest:
    return RawRequest(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query_string=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body=await _read_body(receive),
    )


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while len(body) <= LARGEST_BODY:  # one chunk more than allowed is enough to refuse it
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body
