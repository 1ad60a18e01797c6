"""Which requests get which fault: rules in the order they came, each with its own count."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from ack_sandbox.cloud.exchange import Exchange
from ack_sandbox.cloud.faults.bodies import CutOff, Empty, Huge, Truncated, WrongShape
from ack_sandbox.cloud.faults.pace import Drip, Hang, Reset, Slow
from ack_sandbox.cloud.faults.parameters import (
    BadControlRequest,
    allowed_parameters,
    integer,
    one_of,
    parameter,
    read,
    text,
)
from ack_sandbox.cloud.faults.refusals import BadGateway, Forbidden, NotFound, Redirect, Throttling, Unavailable
from ack_sandbox.cloud.wire import Json

KINDS: dict[str, type["Fault"]] = {
    "throttling": Throttling,
    "unavailable": Unavailable,
    "bad_gateway": BadGateway,
    "not_found": NotFound,
    "forbidden": Forbidden,
    "redirect": Redirect,
    "truncated": Truncated,
    "cut_off": CutOff,
    "empty": Empty,
    "wrong_shape": WrongShape,
    "huge": Huge,
    "slow": Slow,
    "drip": Drip,
    "hang": Hang,
    "reset": Reset,
}


class Fault(Protocol):
    async def play(self, exchange: Exchange) -> None: ...


@dataclass(frozen=True)
class Scope:
    """The part of a rule that every kind of fault has."""

    kind: str = parameter(one_of(*KINDS))
    service: str | None = parameter(text(), None)
    action: str = parameter(text(), "*")
    times: int | None = parameter(integer(1, 1_000_000), None)
    after: int = parameter(integer(0, 1_000_000), 0)


@dataclass
class Rule:
    id: int
    scope: Scope
    fault: Fault
    seen: int = 0
    fired: int = 0

    def fires(self, service: str, action: str) -> bool:
        scope = self.scope
        if scope.service not in (None, service) or not fnmatchcase(action, scope.action):
            return False
        self.seen += 1
        if self.seen <= scope.after or (scope.times is not None and self.fired >= scope.times):
            return False
        self.fired += 1
        return True

    def facts(self) -> dict[str, Json]:
        parameters = {item.name: getattr(self.fault, item.name) for item in dataclasses.fields(self.fault)}  # type: ignore[arg-type]
        return {"id": self.id, **dataclasses.asdict(self.scope), **parameters, "seen": self.seen, "fired": self.fired}


class FaultBook:
    def __init__(self, services: Sequence[str]) -> None:
        self._services = services
        self._rules: list[Rule] = []
        self._given = 0

    @property
    def rules(self) -> Sequence[Rule]:
        return self._rules

    def add(self, given: Mapping[str, object]) -> Rule:
        names = {item.name for item in dataclasses.fields(Scope)}
        scope = self._scope({name: value for name, value in given.items() if name in names})
        fault = read(KINDS[scope.kind], {name: value for name, value in given.items() if name not in names})
        self._given += 1
        rule = Rule(self._given, scope, fault)
        self._rules.append(rule)
        return rule

    def clear(self) -> int:
        cleared = len(self._rules)
        self._rules.clear()
        return cleared

    def fault_for(self, service: str, action: str) -> Fault | None:
        """The fault of the first rule that fires; rules after it do not count this request."""
        return next((rule.fault for rule in self._rules if rule.fires(service, action)), None)

    def _scope(self, given: Mapping[str, object]) -> Scope:
        scope = read(Scope, given)
        if scope.service not in (None, *self._services):
            raise BadControlRequest(f"unknown service {scope.service!r}", list(self._services))
        return scope


def allowed_faults() -> dict[str, Json]:
    return {
        "every fault": dict(allowed_parameters(Scope)),
        "kinds": {name: dict(allowed_parameters(kind)) for name, kind in KINDS.items()},
    }
