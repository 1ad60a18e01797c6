"""What the evaluator asks of its source and what it answers, with the errors in Prometheus's words."""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Protocol

import re2

Labels = Mapping[str, str]
"""With `__name__`; a label without a value is no label."""

NAME = "__name__"

_STALE_BITS = struct.pack("<Q", 0x7FF0000000000002)
STALE: float = struct.unpack("<d", _STALE_BITS)[0]
"""The NaN that says that a series ended here."""


def is_stale(value: float) -> bool:
    return value != value and struct.pack("<d", value) == _STALE_BITS


@dataclass(frozen=True)
class Matcher:
    """One condition of a selector; `~` operators hold for the whole value, in RE2's syntax."""

    name: str
    operator: Literal["=", "!=", "=~", "!~"]
    value: str

    def matches(self, value: str) -> bool:
        """Of the label's value; of a label that is missing, the empty one."""
        equal = value == self.value if "~" not in self.operator else compiled(self.value).fullmatch(value) is not None
        return equal is not self.operator.startswith("!")


def selected(matchers: Sequence[Matcher], labels: Labels) -> bool:
    return all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Raises `re2.error`."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options=options)


@dataclass(frozen=True)
class RawSeries:
    """Samples as they were scraped: seconds, ascending, one for each value; series may share one `times`."""

    labels: dict[str, str]
    times: Sequence[float]
    values: Sequence[float]


class Source(Protocol):
    def series(self, matchers: Sequence[Matcher], start: float, end: float) -> Iterable[RawSeries]:
        """The series that all matchers hold for, with at least their samples in [start, end], seconds; more are fine.

        No two of them have the same labels.
        """


ValueType = Literal["vector", "matrix", "scalar", "string"]


@dataclass(frozen=True)
class Result:
    """`value_type` and `data` are `resultType` and `result` of the HTTP API."""

    value_type: ValueType
    data: list[Any]
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = field(default=())


class QueryError(Exception):
    """`kind` and `message` are `errorType` and `error` of the HTTP API."""

    def __init__(self, kind: Literal["bad_data", "execution", "timeout"], message: str) -> None:
        super().__init__(message)
        self.kind: Literal["bad_data", "execution", "timeout"] = kind
        self.message = message


def unknown(feature: str) -> QueryError:
    """What Prometheus has and this evaluator has not."""
    return QueryError(
        "execution", f"the sandbox's own evaluator does not know {feature}; install prometheus to have all of PromQL"
    )


Check = Callable[[], None]
"""Called every few thousand steps of work; raises what is to end the query, such as `out_of_time()`."""


def out_of_time() -> QueryError:
    return QueryError("timeout", "query timed out in expression evaluation")
