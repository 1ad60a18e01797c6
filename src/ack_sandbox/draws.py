"""Deterministic draws: the same seed and path give the same value, whatever else was drawn before."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

LOWER_ALPHANUMERIC = "0123456789abcdefghijklmnopqrstuvwxyz"
HEX = "0123456789abcdef"
# Kubernetes leaves vowels and look-alikes out of generated name suffixes.
SAFE_SUFFIX = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True)
class Draws:
    """A tree of random sources; `draws.at("nodes", 3)` is independent of every sibling."""

    seed: int
    path: tuple[str, ...] = ()

    def at(self, *path: object) -> "Draws":
        return Draws(self.seed, self.path + tuple(str(part) for part in path))

    def rng(self) -> random.Random:
        digest = hashlib.sha256("\x1f".join((str(self.seed), *self.path)).encode()).digest()
        return random.Random(digest)

    def text(self, length: int, alphabet: str = LOWER_ALPHANUMERIC) -> str:
        return "".join(self.rng().choices(alphabet, k=length))

    def hex(self, length: int) -> str:
        return self.text(length, HEX)

    def suffix(self, length: int = 5) -> str:
        return self.text(length, SAFE_SUFFIX)

    def uid(self) -> str:
        digits = self.hex(32)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def integer(self, low: int, high: int) -> int:
        return self.rng().randint(low, high)

    def choice(self, options: Sequence[T]) -> T:
        return self.rng().choice(options)
