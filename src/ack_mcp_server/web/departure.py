"""Ends the work on a request when its client leaves, for an app that only looks at its client when it answers."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class WhileConnected:
    """Expects the whole body in the first message, as `web.limits` sends it on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await receive()
        answered = False

        async def noting(message: Message) -> None:
            nonlocal answered
            answered = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        leaving = asyncio.ensure_future(departure(receive))
        answering = asyncio.ensure_future(self._app(scope, _replay(body, leaving), noting))
        try:
            await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
            # A client counts as gone, too, when it has its whole answer; what then remains to be done is let be.
            if answered:
                await asyncio.wait((answering,))
        finally:
            answering.cancel()
            leaving.cancel()
            await asyncio.wait((answering, leaving))
        if not answering.cancelled():
            answering.result()


async def departure(receive: Receive) -> Message:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return message


def _replay(body: Message, leaving: "asyncio.Future[Message]") -> Receive:
    pending = [body]

    async def replay() -> Message:
        return pending.pop() if pending else await asyncio.shield(leaving)

    return replay
