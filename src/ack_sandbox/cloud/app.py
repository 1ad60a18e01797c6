"""The cloud as an ASGI application: takes a request, plays a fault or answers it, and writes it down."""

import logging
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from ack_sandbox.clock import wall_clock
from ack_sandbox.cloud import errors
from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.connections import Connections
from ack_sandbox.cloud.exchange import Exchange, Receive, Send
from ack_sandbox.cloud.faults.rules import FaultBook
from ack_sandbox.cloud.fronts import Asked, Front
from ack_sandbox.cloud.gateway import Gateway
from ack_sandbox.cloud.operations import ServiceTable
from ack_sandbox.cloud.seen import RequestLog
from ack_sandbox.cloud.store import CloudStore
from ack_sandbox.cloud.wire import Answer, rfc3339_utc

LARGEST_BODY = 8 * 1024 * 1024

logger = logging.getLogger(__name__)


class CloudApp:
    """`fronts` are asked in turn whose a request is; the gateway takes what is left."""

    def __init__(
        self,
        store: CloudStore,
        services: ServiceTable,
        fronts: Sequence[Front] = (),
        *,
        signing_clock: Callable[[], datetime] = wall_clock,
    ) -> None:
        self.store = store
        # Clients sign with their own wall clock, which does not follow the region's when a test advances it.
        self._gateway = Gateway(store, services, signing_clock)
        self._fronts = fronts
        self.faults = FaultBook(self.service_names)
        self.requests = RequestLog()
        self.connections = Connections()
        self.control: ASGIApp | None = None

    @property
    def service_names(self) -> list[str]:
        return [name for front in (self._gateway, *self._fronts) for name in front.services]

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if self.control is not None and (scope["path"] + "/").startswith("/_sandbox/"):
            await self.control(scope, receive, send)
            return
        request = await _read(scope, receive)
        asked = self._asked(request)
        exchange = self._exchange(request, asked, scope, receive, send)
        seen = self.requests.begin(
            service=asked.service,
            action=asked.action,
            account_role=asked.key.role if asked.key else None,
            method=request.method,
            path=request.raw_path,
            request_id=exchange.request_id,
            at=rfc3339_utc(self.store.clock.now()),
        )
        try:
            fault = self.faults.fault_for(asked.service, asked.action)
            await (fault.play(exchange) if fault else exchange.answer(await exchange.real()))
        finally:
            self.requests.finish(seen, exchange.status)

    def _asked(self, request: RawRequest) -> Asked:
        found = (front.read(request) for front in self._fronts)
        return next((asked for asked in found if asked is not None), None) or self._gateway.read(request)

    def _exchange(
        self, request: RawRequest, asked: Asked, scope: Mapping[str, Any], receive: Receive, send: Send
    ) -> Exchange:
        request_id = self.store.next_request_id()
        return Exchange(
            request_id=request_id,
            host=request.header("host"),
            action=f"{asked.service}:{asked.action}",
            key=asked.key,
            real=lambda: self._answer(request, asked, request_id),
            refusal=asked.refuse,
            encode=asked.encode,
            receive=receive,
            send=send,
            transport=self.connections.transport(scope["client"]),
        )

    async def _answer(self, request: RawRequest, asked: Asked, request_id: str) -> Answer:
        host = request.header("host")
        try:
            if len(request.body) > LARGEST_BODY:
                raise errors.request_too_large()
            return await asked.respond(request_id)
        except errors.CloudError as error:
            return asked.refuse(error, request_id, host)
        except Exception:  # a defect here must look like one in the cloud, not like a broken connection
            logger.exception("the sandbox failed at %s", asked.action)
            return asked.refuse(errors.internal_error(), request_id, host)


async def _read(scope: Mapping[str, Any], receive: Receive) -> RawRequest:
    return RawRequest(
        method=scope["method"],
        raw_path=_path(scope["raw_path"].decode("latin-1")),
        query_string=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body=await _read_body(receive),
    )


def _path(target: str) -> str:
    """Of a request to a proxy, which names its whole address; SLS clients reach loopback that way."""
    return urlsplit(target).path or "/" if target.startswith("http://") else target


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while len(body) <= LARGEST_BODY:  # one chunk more than allowed is enough to refuse it
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body
