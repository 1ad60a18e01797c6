"""A request of the HTTP API: what is asked of which instance, with its parameters read as Prometheus reads them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import promql_parser

from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.arms.instances import PREFIX
from ack_sandbox.promql.model import Matcher, QueryError
from ack_sandbox.promql.selecting import matchers_of

_PATH = re.compile(
    rf"{PREFIX}/(?P<secret>[^/]+)/(?P<account>[^/]+)/(?P<cluster>[^/]+)/(?P<region>[^/]+)/api/v1/(?P<rest>.+)"
)
_LABEL_VALUES = re.compile(r"label/([^/]+)/values")
_ACTIONS = {
    "query": "query",
    "query_range": "query_range",
    "series": "series",
    "labels": "labels",
    "metadata": "metadata",
    "status/buildinfo": "buildinfo",
}
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_DURATION = re.compile(r"(\d+)(ms|[smhdwy])")
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Question:
    action: str  # "query", …, "label_values"; "unknown"
    path: str  # of the instance
    cluster: str
    label: str
    parameters: Sequence[tuple[str, str]]

    def one(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.parameters if key == name), default)

    def moment(self, name: str, default: float | None = None) -> float:
        """Seconds. Raises QueryError."""
        text = self.one(name)
        if not text and default is not None:
            return default
        return _moment(name, text)

    def step(self) -> float:
        """Seconds. Raises QueryError."""
        text = self.one("step")
        try:
            found = float(text)
        except ValueError:
            found = _duration(text)
        if math.isfinite(found):
            return found
        raise bad("step", f'cannot parse "{text}" to a valid duration')

    def selections(self) -> list[Sequence[Matcher]]:
        """Of each `match[]`. Raises QueryError."""
        return [_matchers(value) for key, value in self.parameters if key == "match[]"]


def question(request: RawRequest) -> Question | None:
    """None for what is no request of this API."""
    found = _PATH.fullmatch(request.raw_path)
    if found is None:
        return None
    values = _LABEL_VALUES.fullmatch(found["rest"])
    action = "label_values" if values else _ACTIONS.get(found["rest"], "unknown")
    path = request.raw_path.removesuffix(f"/api/v1/{found['rest']}")
    return Question(action, path, found["cluster"], values[1] if values else "", _parameters(request))


def _parameters(request: RawRequest) -> list[tuple[str, str]]:
    """A form's come before those of the address."""
    form = request.body.decode("utf-8", "replace") if request.header("content-type").startswith(_FORM) else ""
    return [*parse_qsl(form, keep_blank_values=True), *parse_qsl(request.query_string, keep_blank_values=True)]


def bad(name: str, reason: str) -> QueryError:
    return QueryError("bad_data", f'invalid parameter "{name}": {reason}')


def _moment(name: str, text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = _written(text)
    if not math.isfinite(found):
        raise bad(name, f'cannot parse "{text}" to a valid timestamp')
    return found


def _written(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    return at.timestamp() if at.tzinfo else math.nan


def _duration(text: str) -> float:
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return math.nan
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def _matchers(text: str) -> Sequence[Matcher]:
    try:
        selector: Any = promql_parser.parse(text)
        return matchers_of(selector)
    except (ValueError, AttributeError) as error:
        raise bad("match[]", str(error)) from None
