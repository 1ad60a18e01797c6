"""Faults on demand: the next requests to a path can fail, hang, be reset or be slow, so that clients can be tested."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["status", "hang", "reset", "slow"]

MESSAGES = {
    401: "Unauthorized",
    403: "forbidden by a fault of the sandbox",
    429: "Too many requests, please try again later.",
    500: "Internal error occurred: a fault of the sandbox",
    503: "the server is currently unable to handle the request",
}


@dataclass
class Fault:
    path_prefix: str
    kind: FaultKind
    left: int = 1
    code: int = 500
    retry_after: int | None = None
    seconds: float = 0.0
    method: str = ""  # the only method that meets it; "" is any
    after: bool = False  # whether the request has its effect first, so that only the answer is lost


@dataclass
class Faults:
    """The faults still to happen, first come first served."""

    pending: list[Fault] = field(default_factory=list)
    served: list[str] = field(default_factory=list)

    def answer(self, path_prefix: str, code: int, *, times: int = 1, retry_after: int | None = None) -> None:
        self.pending.append(Fault(path_prefix, "status", times, code, retry_after))

    def hang(self, path_prefix: str, *, times: int = 1) -> None:
        self.pending.append(Fault(path_prefix, "hang", times))

    def reset(self, path_prefix: str, *, times: int = 1) -> None:
        self.pending.append(Fault(path_prefix, "reset", times))

    def slow(self, path_prefix: str, seconds: float, *, times: int = 1) -> None:
        self.pending.append(Fault(path_prefix, "slow", times, seconds=seconds))

    def lose(
        self,
        path_prefix: str,
        kind: FaultKind = "reset",
        *,
        method: str = "",
        times: int = 1,
        code: int = 500,
        seconds: float = 0.0,
    ) -> None:
        """Requests have their effect, but their answer never comes, comes late (`slow`) or is an error (`status`)."""
        self.pending.append(Fault(path_prefix, kind, times, code, seconds=seconds, method=method, after=True))

    def clear(self) -> None:
        self.pending.clear()

    def take(self, path: str, method: str = "") -> Fault | None:
        """The fault this request meets, used up once."""
        found = next((fault for fault in self.pending if _meets(fault, path, method)), None)
        if found is None:
            return None
        found.left -= 1
        if found.left <= 0:
            self.pending.remove(found)
        self.served.append(path)
        return found


def _meets(fault: Fault, path: str, method: str) -> bool:
    return path.startswith(fault.path_prefix) and fault.method in ("", method)


def message(fault: Fault) -> str:
    messages: Mapping[int, str] = MESSAGES
    return messages.get(fault.code, f"a fault of the sandbox: {fault.code}")
