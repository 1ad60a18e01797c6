"""From the body of a cloud API to a typed value, or an error that says what was not as documented."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails

from ack_mcp_server.answers.clean import clean_text, one_line
from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.services.cloud_errors import Request

M = TypeVar("M", bound=BaseModel)

_PAGE_NUMBER = "page_number"
_FIELDS_NAMED = 5
_LONGEST_NAME = 40
_LONGEST_PATH = 120


def _object(value: object) -> object:
    """`master_url` and its like are JSON inside a string, and empty when there is nothing to say."""
    if not isinstance(value, str):
        return value or {}
    try:
        parsed = json.loads(value) if value.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return _tidied(parsed) if isinstance(parsed, Mapping) else {}


EMBEDDED_JSON = BeforeValidator(_object)


def _tidied(value: Any) -> Any:
    """Text is cleaned. A null field says as much as a missing one; a null in a list stays and is refused."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {name: _tidied(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_tidied(inner) for inner in value]
    return value


class Total(BaseModel):
    """The paging part of a list answer."""

    total_count: int


class CountedList(BaseModel):
    """A list beside its total. A null list is an empty one only where the total says zero, and so is an empty first
    page; a later page may be empty, because the list got shorter or was never that long."""

    @model_validator(mode="after")
    def _agrees_with_its_total(self, info: ValidationInfo) -> "CountedList":
        is_first_page = (info.context or {}).get(_PAGE_NUMBER, 1) == 1
        totals = [value.total_count for value in vars(self).values() if isinstance(value, Total)]
        missing = [name for name, value in vars(self).items() if value is None or (value == () and is_first_page)]
        if missing and any(totals):
            raise ValueError(f"{missing[0]} is missing although the total is not zero")
        return self


def parse(model: type[M], body: Mapping[str, Any], request: Request) -> M:
    """Raises UnexpectedAnswer, which names the fields and never their values."""
    try:
        return model.model_validate(_tidied(body), context={_PAGE_NUMBER: request.page_number})
    except ValidationError as exc:
        fields = ", ".join(sorted({_field(error) for error in exc.errors()})[:_FIELDS_NAMED])
        raise UnexpectedAnswer(
            f"{request.action}: the answer is not of the documented shape ({fields})",
            next_step="Try again; if it lasts, report it with the server's version.",
        ) from exc


def _field(error: ErrorDetails) -> str:
    """Its path; what does not agree where the error is of the whole. Names can be keys that the cloud made up."""
    path = ".".join(one_line(str(part), _LONGEST_NAME) for part in error["loc"])
    return path[:_LONGEST_PATH] or str(error.get("ctx", {}).get("error", error["type"]))
