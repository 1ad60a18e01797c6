"""The two ways of paging that Container Service has: by page number and by token."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.calls import Call

T = TypeVar("T")

LARGEST_PAGE = 100
LAST_PAGE = 1_000_000


@dataclass(frozen=True)
class Page:
    number: int
    size: int

    def cut(self, items: Sequence[T]) -> Sequence[T]:
        start = (self.number - 1) * self.size
        return items[start : start + self.size]

    def info(self, total: int) -> dict[str, int]:
        return {"page_number": self.number, "page_size": self.size, "total_count": total}


def asked_page(call: Call, number: str = "page_number", size: str = "page_size", default: int = 10) -> Page:
    return Page(call.number(number, 1, 1, LAST_PAGE), call.number(size, default, 1, LARGEST_PAGE))


def cut_by_token(call: Call, items: Sequence[T], default: Page) -> tuple[Sequence[T], str]:
    """The asked slice and the token of the one after it; the token is empty at the end.

    Without `max_results` and `next_token` in the query it is the slice of `default`, with no token.
    """
    if call.wanted("next_token") is None and call.wanted("max_results") is None:
        return default.cut(items), ""
    return token_slice(call, items, "max_results", "next_token", default.size, LARGEST_PAGE)


def token_slice(
    call: Call, items: Sequence[T], size: str, token: str, default: int, largest: int
) -> tuple[Sequence[T], str]:
    """The asked slice and the token of the one after it; `size` and `token` name the parameters."""
    given = call.wanted(token)
    start = _offset(given, token) if given else 0
    end = start + call.number(size, default, 1, largest)
    return items[start:end], _token(end) if end < len(items) else ""


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode()


def _offset(token: str, parameter: str) -> int:
    try:
        prefix, _, number = base64.urlsafe_b64decode(token).decode().partition(":")
        if prefix == "offset" and number.isascii() and number.isdecimal():
            return int(number)
    except (binascii.Error, UnicodeError):
        pass  # answered below, like any token that this API did not give
    raise errors.invalid_parameter(parameter, "it is not a token that this API gave")
