"""Faults of time and connection: answers that are late, endless or never come."""

from dataclasses import dataclass

from ack_sandbox.cloud.exchange import Exchange
from ack_sandbox.cloud.faults.parameters import parameter, seconds
from ack_sandbox.cloud.wire import JSON_TYPE


@dataclass(frozen=True)
class Slow:
    """The good answer, after a while."""

    seconds: float = parameter(seconds(0.001, 3600))

    async def play(self, exchange: Exchange) -> None:
        if not await exchange.client_left(within=self.seconds):
            await exchange.answer(await exchange.real())


@dataclass(frozen=True)
class Drip:
    """Headers at once, then a byte of body every `seconds` until the client has had enough."""

    seconds: float = parameter(seconds(0.001, 3600), 1.0)

    async def play(self, exchange: Exchange) -> None:
        await exchange.start(200, {"content-type": JSON_TYPE, "x-acs-request-id": exchange.request_id})
        while not await exchange.client_left(within=self.seconds):
            # Blanks keep it well-formed JSON for as long as it lasts.
            await exchange.write(b" ")


@dataclass(frozen=True)
class Hang:
    """The request is taken and never answered."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.client_left()


@dataclass(frozen=True)
class Reset:
    async def play(self, exchange: Exchange) -> None:
        await exchange.reset()
