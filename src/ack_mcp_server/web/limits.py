"""What one HTTP request may cost before it is understood: bytes of headers and body, and time to send them."""

import asyncio

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ack_mcp_server.web.answers import refuse

MAX_HEADER_BYTES = 48 * 1024  # an STS token is below 3 KiB, a kubeconfig in base64 43 KiB at most
MAX_HEADERS = 100
MAX_BODY_BYTES = 4 * 1024 * 1024
BODY_S = 30  # to send the whole body


class Limits:
    """Reads a POST body whole, so that nothing behind it waits for a client that stopped half-way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        size = sum(len(name) + len(value) for name, value in scope["headers"])
        if size > MAX_HEADER_BYTES or len(scope["headers"]) > MAX_HEADERS:
            await refuse(431, "the headers are too large", "Send fewer or shorter headers.")(scope, receive, send)
            return
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        await self._with_body(scope, receive, send)

    async def _with_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(BODY_S):
                body = await _read(receive)
        except TimeoutError:
            answer = refuse(408, f"the body did not arrive within {BODY_S} s", "Send it whole.")
            await answer(scope, receive, send)
            return
        except ClientDisconnect:
            return  # the part that came is no request
        if body is None:
            answer = refuse(413, f"the body is larger than {MAX_BODY_BYTES} bytes", "Send less in one request.")
            await answer(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _read(receive: Receive) -> bytes | None:
    """None for a body that is too large. Raises ClientDisconnect for one that does not come whole."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay
