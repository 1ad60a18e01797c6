"""From the body of a cloud API to a typed value, or an error that says what was not as documented."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError, model_validator

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.services.cloud_errors import Request

M = TypeVar("M", bound=BaseModel)


def _object(value: object) -> object:
    """`master_url` and its like are JSON inside a string, and empty when there is nothing to say."""
    if not isinstance(value, str):
        return value or {}
    try:
        parsed = json.loads(value) if value.strip() else {}
    except ValueError:
        return {}
    return parsed if isinstance(parsed, Mapping) else {}


EMBEDDED_JSON = BeforeValidator(_object)


def _without_nulls(value: Any) -> Any:
    """A null field says as much as a missing one; a null in a list stays and is refused."""
    if isinstance(value, Mapping):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in value]
    return value


class Total(BaseModel):
    """The paging part of a list answer."""

    total_count: int


class CountedList(BaseModel):
    """A list beside its total. A null list is an empty one only where the total says zero."""

    @model_validator(mode="after")
    def _null_means_none(self) -> "CountedList":
        totals = [value.total_count for value in vars(self).values() if isinstance(value, Total)]
        null_lists = [name for name, value in vars(self).items() if value is None]
        if null_lists and any(totals):
            raise ValueError(f"{null_lists[0]} is missing although the total is not zero")
        return self


def parse(model: type[M], body: Mapping[str, Any], request: Request) -> M:
    """Raises UnexpectedAnswer, which names the fields and never their values."""
    try:
        return model.model_validate(_without_nulls(body))
    except ValidationError as exc:
        fields = ", ".join(sorted({".".join(str(part) for part in error["loc"]) for error in exc.errors()})[:5])
        raise UnexpectedAnswer(
            f"{request.action}: the answer is not of the documented shape ({fields})",
            next_step="Try again; if it lasts, report it with the server's version.",
        ) from exc
