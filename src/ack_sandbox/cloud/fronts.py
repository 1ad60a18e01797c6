"""The kinds of API behind the one listener: each knows its own requests, and how it answers and refuses."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ack_sandbox.cloud.accounts import Key
from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.cloud.wire import Answer

Respond = Callable[[str], Awaitable[Answer]]
"""The answer to a request of which the id is given. May raise CloudError."""

Refuse = Callable[[CloudError, str, str], Answer]
"""What an error looks like, by request id and host."""


Encode = Callable[[Answer], Answer]
"""How an answer is sent, once nothing in it changes any more."""


def refused(error: CloudError, request_id: str, host: str) -> Answer:
    """As the gateway and most services write it."""
    return error.answer(request_id, host)


def as_it_is(answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as its front understands it; `key` is the one that it names, verified or not."""

    service: str
    action: str
    key: Key | None
    respond: Respond
    refuse: Refuse = refused
    encode: Encode = as_it_is


class Front(Protocol):
    @property
    def services(self) -> Sequence[str]:
        """What a fault's `service` may name."""

    def read(self, request: RawRequest) -> Asked | None:
        """None for a request that is another front's."""
