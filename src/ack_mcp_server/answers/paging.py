"""The words and the sums of pages, in one place for every list."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import Field, computed_field

from ack_mcp_server.answers.answer import Answer

T = TypeVar("T")


class Paged(Answer):
    """A list of which this is one page, counted from 1."""

    total: int = Field(description="Items that match, on all pages.")
    page_number: int
    page_size: int

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own documented form
    @property
    def next_page(self) -> int | None:
        return self.page_number + 1 if self.page_number * self.page_size < self.total else None

    def headline(self, shown: int, what: str, where: str) -> str:
        """`12 node pools in …` or `50 of 132 node pools in … (page 1; next: page_number=2)`."""
        if shown == self.total:
            return f"{self.total} {what} in {where}"
        more = f"; next: page_number={self.next_page}" if self.next_page else ""
        return f"{shown} of {self.total} {what} in {where} (page {self.page_number}{more})"


def page_of(items: Sequence[T], number: int, size: int) -> tuple[T, ...]:
    """The page of a list that came whole."""
    first = (number - 1) * size
    return tuple(items[first : first + size])
