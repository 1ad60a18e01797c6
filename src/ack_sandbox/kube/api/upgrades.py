"""Requests that become a WebSocket: exec; everything else is refused as by an ordinary answer."""

import logging
from collections.abc import Callable, MutableMapping
from typing import Any

from ack_sandbox.kube.api import exec as execution
from ack_sandbox.kube.api.replies import Reply
from ack_sandbox.kube.api.requests import Request, Target, request_of
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, no_such_path
from ack_sandbox.kube.users import User

Scope = MutableMapping[str, Any]
Admitted = Callable[[Request], tuple[User, Target | None]]

log = logging.getLogger(__name__)


async def serve(
    state: ClusterState, admitted: Admitted, scope: Scope, receive: execution.Receive, send: execution.Send
) -> None:
    await receive()  # the request itself
    try:
        asked = _order(state, admitted, scope)
    except ApiError as error:
        await _refuse(Reply(error.body(), error.code, headers=error.headers), send)
        return
    except Exception as error:  # noqa: BLE001 - the last resort of a server is an honest 500
        log.error("failed to answer %s: %r", scope["path"], error)
        await _refuse(Reply(ApiError(500, f"Internal error occurred: {error!r}").body(), 500), send)
        return
    if isinstance(asked, Reply):
        await _refuse(asked, send)
        return
    protocol = execution.chosen(scope["subprotocols"])
    await send({"type": "websocket.accept", "subprotocol": protocol})
    await execution.Session(receive, send, protocol).run(asked)


def _order(state: ClusterState, admitted: Admitted, scope: Scope) -> execution.Order | Reply:
    _, target = admitted(request_of(scope))
    if target is None or (target.plural, target.group, target.subresource) != ("pods", "", "exec"):
        raise no_such_path()
    if not execution.chosen(scope["subprotocols"]):
        raise bad_request(f"none of the protocols is known: {scope['subprotocols']}")
    return execution.order(state, target, scope["query_string"].decode("latin-1"))


async def _refuse(answer: Reply, send: execution.Send) -> None:
    headers = {**answer.headers, "content-type": answer.content_type, "content-length": str(len(answer.body))}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "websocket.http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "websocket.http.response.body", "body": answer.body})
