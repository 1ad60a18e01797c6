"""Parameters of a control request: each says what it allows, so a refusal can say it too."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class BadControlRequest(Exception):
    """A control request that cannot be carried out; `allowed` tells what would be."""

    def __init__(self, message: str, allowed: object) -> None:
        super().__init__(message)
        self.message = message
        self.allowed = allowed


@dataclass(frozen=True)
class Check:
    allowed: str
    accepts: Callable[[object], bool]


def integer(low: int, high: int) -> Check:
    def accepts(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return Check(f"an integer from {low} to {high}", accepts)


def seconds(low: float, high: float) -> Check:
    def accepts(value: object) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high

    return Check(f"seconds from {low} to {high}", accepts)


def one_of(*values: object) -> Check:
    def accepts(value: object) -> bool:
        return any(value == allowed and type(value) is type(allowed) for allowed in values)

    return Check(f"one of {', '.join(str(value) for value in values)}", accepts)


def text() -> Check:
    def accepts(value: object) -> bool:
        return isinstance(value, str) and 0 < len(value) <= 2000 and value.isprintable() and value.isascii()

    return Check("printable ASCII text of at most 2000 characters", accepts)


def http_url() -> Check:
    plain = text()

    def accepts(value: object) -> bool:
        return plain.accepts(value) and str(value).startswith(("http://", "https://"))

    return Check("an http:// or https:// URL", accepts)


def parameter(check: Check, default: Any = dataclasses.MISSING) -> Any:
    """A dataclass field that `read` fills in from a control request; required when it has no default."""
    return dataclasses.field(default=default, metadata={"check": check})


def allowed_parameters(kind: type[Any]) -> dict[str, str]:
    return {item.name: _describe(item) for item in dataclasses.fields(kind)}


def read(kind: type[T], given: Mapping[str, object]) -> T:
    """An instance of a dataclass made of `parameter` fields, from untrusted values."""
    known = {item.name: item for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for name in given:
        if name not in known:
            raise BadControlRequest(f"unknown field {name!r}", allowed_parameters(kind))
    for name, item in known.items():
        if name not in given and item.default is dataclasses.MISSING:
            raise BadControlRequest(f"field {name!r} is required", allowed_parameters(kind))
        left_out = name not in given or (given[name] is None and item.default is None)
        if not left_out and not item.metadata["check"].accepts(given[name]):
            raise BadControlRequest(f"field {name!r} is not valid", allowed_parameters(kind))
    return kind(**given)


def _describe(item: "dataclasses.Field[Any]") -> str:
    ending = "required" if item.default is dataclasses.MISSING else f"default {item.default}"
    return f"{item.metadata['check'].allowed}; {ending}"
