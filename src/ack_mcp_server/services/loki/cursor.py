"""A place among the tokens of a query, that goes forward."""

from collections.abc import Collection
from dataclasses import dataclass

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.loki.tokens import Token, tokens_of, wrong


@dataclass
class Cursor:
    tokens: list[Token]
    place: int = 0

    @classmethod
    def over(cls, query: str) -> "Cursor":
        return cls(tokens_of(query))

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def sees(self, *texts: str) -> bool:
        return self.next.kind in ("sign", "word") and self.next.text in texts

    def take(self) -> Token:
        """The end is never gone past."""
        token = self.next
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def skip(self, *texts: str) -> bool:
        """Whether one of them was there."""
        if not self.sees(*texts):
            return False
        self.take()
        return True

    def expect(self, texts: Collection[str], what: str) -> Token:
        """Raises InvalidInput for anything but one of these signs or words."""
        if not self.sees(*texts):
            raise self.wrong(what)
        return self.take()

    def expect_kind(self, kind: str, what: str) -> Token:
        if self.next.kind != kind:
            raise self.wrong(what)
        return self.take()

    def wrong(self, wanted: str) -> InvalidInput:
        return wrong(self.next.start, f"{wanted} is wanted, not {self.next.told()}")
