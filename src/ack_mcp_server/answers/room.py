"""How much an answer may hold, and where it continues an earlier one.

A token is ours alone: a digest of the call that it continues, a letter for what is counted, and the counts. It holds no
text of the cluster and no secret, and it is worth nothing beside another call.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ack_mcp_server.errors import InvalidInput

BUDGET = 24_000  # bytes of an answer whose call does not say, about 6,000 tokens
CEILING = 200_000  # bytes that a call may ask for
SMALLEST = 1000  # bytes; below it there is hardly room for more than our own lines
NOTES = 400  # bytes that our own lines may take of the room
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_DIGEST_CHARS = 6
_TOKEN = re.compile(rf"([0-9a-z]{{{_DIGEST_CHARS}}})\.([a-z](?:[0-9a-z]{{1,13}})(?:-[0-9a-z]{{1,13}}){{0,3}})")
_WRONG = "continue takes what the last line of the previous answer said"
_NOT_AGAIN = "Leave continue out; reading the objects tells how they are now."
_AGAIN = "Repeat the call without continue; each answer that was cut names its own."


@dataclass(frozen=True)
class Room:
    """`max_bytes` of UTF-8, our own lines included. `start` is where to begin, empty for the beginning; `call` is the
    digest of the call to which tokens are bound. An answer that is not `repeatable` ends where its room does."""

    max_bytes: int
    start: str = ""
    call: str = ""
    repeatable: bool = True

    @classmethod
    def of(
        cls,
        max_bytes: int = 0,
        token: str = "",
        *,
        budget: int,
        ceiling: int,
        call: Iterable[str] = (),
        repeatable: bool = True,
    ) -> "Room":
        """The room that a call asks for: 0 bytes mean the operator's `budget`. `call` are the words that a continuing
        call repeats (the command, the resolved cluster, …); one that changes something is not `repeatable`. Raises
        InvalidInput."""
        if token.strip() and not repeatable:
            raise InvalidInput(
                "what changes something is not continued: the same call would do it again", next_step=_NOT_AGAIN
            )
        size = _size(max_bytes, budget, ceiling)
        digest = _digest(call)
        return cls(size, _start(token.strip(), digest), digest, repeatable)

    @property
    def content(self) -> int:
        """Bytes for what is answered, besides our own lines."""
        return max(self.max_bytes - NOTES, 0)

    def less(self, used: int) -> "Room":
        """What is left when `used` bytes are taken."""
        return replace(self, max_bytes=max(self.max_bytes - used, 0))

    def token(self, kind: str, *counts: int) -> str:
        """What `continue` takes to go on at these counts."""
        return f"{self.call}.{kind}{'-'.join(map(_in_digits, counts))}"

    def counts(self, kind: str, number: int) -> tuple[int, ...]:
        """The counts of `start`, none at the beginning. Raises InvalidInput when it is not of this kind."""
        if not self.start:
            return ()
        counts = tuple(int(part, 36) for part in self.start[1:].split("-"))
        if self.start[0] != kind or len(counts) != number:
            raise InvalidInput(_WRONG, next_step=_AGAIN)
        return counts


def _size(max_bytes: int, budget: int, ceiling: int) -> int:
    if not max_bytes:
        return min(budget, ceiling)
    if max_bytes < SMALLEST or max_bytes > ceiling:
        raise InvalidInput(
            f"max_bytes is {max_bytes}; this server takes {SMALLEST} to {ceiling}",
            next_step="Leave it out for the default, or continue the answer with its continue token.",
        )
    return max_bytes


def _start(token: str, digest: str) -> str:
    if not token:
        return ""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise InvalidInput(_WRONG, next_step=_AGAIN)
    if found[1] != digest:
        raise InvalidInput(
            "this continue belongs to another call",
            next_step="Repeat that call with the same arguments and its continue, or leave continue out.",
        )
    return found[2]


def _digest(call: Iterable[str]) -> str:
    """Length-prefixed, so that no two calls run together; short, because it guards against mistakes, not attacks."""
    parts = [" ".join(part.split()).encode(errors="surrogatepass") for part in call]  # half a pair comes by JSON
    hashed = hashlib.sha256(b"".join(b"%d:%s" % (len(part), part) for part in parts)).digest()
    return _in_digits(int.from_bytes(hashed[:8], "big")).rjust(_DIGEST_CHARS, "0")[-_DIGEST_CHARS:]


def _in_digits(number: int) -> str:
    digits = ""
    while number >= len(_DIGITS):
        number, rest = divmod(number, len(_DIGITS))
        digits = _DIGITS[rest] + digits
    return _DIGITS[number] + digits
