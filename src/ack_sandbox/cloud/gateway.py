"""The gateway before the services that are signed with ACS3: (version, action) names an operation."""

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.acs3 import RawRequest, claimed_key, verify
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.fronts import Asked
from ack_sandbox.cloud.operations import ServiceTable
from ack_sandbox.cloud.store import CloudStore
from ack_sandbox.cloud.wire import Answer, json_answer


class Gateway:
    """Takes every request, so it is the last of the fronts."""

    def __init__(self, store: CloudStore, services: ServiceTable, signing_clock: Callable[[], datetime]) -> None:
        self._store = store
        self._table = services
        self._signing_clock = signing_clock

    @property
    def services(self) -> Sequence[str]:
        return self._table.names

    def read(self, request: RawRequest) -> Asked:
        service = self._table.service(request.header("x-acs-version"))

        async def respond(request_id: str) -> Answer:
            return self._answer(request, request_id)

        return Asked(
            service=service.name if service else "unknown",
            action=request.header("x-acs-action"),
            key=claimed_key(request),
            respond=respond,
        )

    def _answer(self, request: RawRequest, request_id: str) -> Answer:
        key = verify(request, self._signing_clock())
        service = self._table.service(request.header("x-acs-version"))
        action = request.header("x-acs-action")
        operation = service.operations.get(action) if service else None
        path = operation.arguments(request) if operation else None
        if service is None or operation is None or path is None:
            raise errors.unknown_action()
        if not key.permitted:
            raise errors.forbidden(f"{service.name}:{action}", key)
        call = Call(
            store=self._store,
            key=key,
            request_id=request_id,
            now=self._store.clock.now(),
            path=path,
            query=dict(parse_qsl(request.query_string, keep_blank_values=True)),
            body=request.body,
        )
        return json_answer(operation.handler(call), request_id)
