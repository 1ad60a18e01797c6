"""What the region has been asked: a bounded log of requests without secrets, and how many are under way."""

from collections import deque
from dataclasses import asdict, dataclass

from ack_sandbox.cloud.wire import Json

KEPT = 2000  # requests; older ones are forgotten


@dataclass
class SeenRequest:
    number: int
    service: str
    action: str
    account_role: str | None  # the role of the key that the request names; None for an unknown key
    method: str
    path: str
    request_id: str
    at: str
    status: int | None = None  # None while under way, and for good when nothing was answered
    finished: bool = False


class RequestLog:
    def __init__(self) -> None:
        self._requests: deque[SeenRequest] = deque(maxlen=KEPT)
        self.total = 0
        self.in_flight = 0
        self.most_in_flight = 0

    def begin(self, **facts: str | None) -> SeenRequest:
        self.total += 1
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        request = SeenRequest(number=self.total, **facts)  # type: ignore[arg-type]
        self._requests.append(request)
        return request

    def finish(self, request: SeenRequest, status: int | None) -> None:
        self.in_flight -= 1
        request.status = status
        request.finished = True

    def facts(self) -> dict[str, Json]:
        return {
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "total": self.total,
            "requests": [asdict(request) for request in self._requests],
        }
