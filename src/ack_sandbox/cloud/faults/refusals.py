"""Faults that put a refusal in place of the answer."""

from dataclasses import dataclass

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.accounts import NO_PERMISSION
from ack_sandbox.cloud.exchange import Exchange
from ack_sandbox.cloud.faults.parameters import http_url, integer, one_of, parameter, text
from ack_sandbox.cloud.wire import Answer

GATEWAY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>Tengine</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(frozen=True)
class Throttling:
    """`Throttling.User`; with `retry_after_ms` also the header that says when to come back."""

    status: int = parameter(one_of(429, 400, 503), 429)
    retry_after_ms: int | None = parameter(integer(1, 600_000), None)

    async def play(self, exchange: Exchange) -> None:
        wait = {} if self.retry_after_ms is None else {"x-acs-retry-after": str(self.retry_after_ms)}
        await exchange.refuse(errors.throttled(self.status), wait)


@dataclass(frozen=True)
class Unavailable:
    status: int = parameter(integer(500, 599), 503)
    code: str = parameter(text(), "ServiceUnavailable")

    async def play(self, exchange: Exchange) -> None:
        await exchange.refuse(errors.unavailable(self.status, self.code))


@dataclass(frozen=True)
class BadGateway:
    """A page of HTML from something in between, without a request id."""

    status: int = parameter(integer(500, 599), 502)

    async def play(self, exchange: Exchange) -> None:
        await exchange.answer(Answer(self.status, GATEWAY_PAGE, {"content-type": "text/html"}))


@dataclass(frozen=True)
class NotFound:
    code: str = parameter(text(), "ErrorClusterNotFound")
    message: str = parameter(text(), "not found in our records")

    async def play(self, exchange: Exchange) -> None:
        await exchange.refuse(errors.CloudError(404, self.code, self.message))


@dataclass(frozen=True)
class Forbidden:
    async def play(self, exchange: Exchange) -> None:
        await exchange.refuse(errors.forbidden(exchange.action, exchange.key or NO_PERMISSION))


@dataclass(frozen=True)
class Redirect:
    url: str = parameter(http_url())
    status: int = parameter(one_of(302, 301, 303, 307, 308), 302)

    async def play(self, exchange: Exchange) -> None:
        await exchange.answer(Answer(self.status, b"", {"location": self.url}))
