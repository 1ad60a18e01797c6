"""The Dockerfile as stages of instructions, read by the few rules that it uses: comments, continued lines, words."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
_FROM = re.compile(r"(?P<image>\S+)(?: AS (?P<name>\w+))?")


@dataclass(frozen=True)
class Stage:
    name: str
    image: str
    instructions: tuple[tuple[str, str], ...]

    def every(self, keyword: str) -> list[str]:
        return [rest for found, rest in self.instructions if found == keyword]

    def last(self, keyword: str) -> str:
        return self.every(keyword)[-1]

    def pairs(self, keyword: str) -> dict[str, str]:
        """What ENV, ARG or LABEL sets."""
        words = [word for rest in self.every(keyword) for word in shlex.split(rest)]
        return {name: value for name, _, value in (word.partition("=") for word in words)}

    def copies(self) -> list[list[str]]:
        """The words of each COPY: options, sources, target."""
        return [shlex.split(rest) for rest in self.every("COPY")]

    def command(self, keyword: str = "CMD") -> list[str]:
        """CMD, or that of HEALTHCHECK, in its JSON form."""
        rest = self.last(keyword)
        words: list[str] = json.loads(rest[rest.index("[") :])
        return words


def instructions() -> Iterator[tuple[str, str]]:
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(), flags=re.M)
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip():
            keyword, _, rest = line.strip().partition(" ")
            yield keyword, rest.strip()


def stages() -> list[Stage]:
    """In their order; what stands before the first FROM is not in them."""
    starts: list[tuple[str, str, list[tuple[str, str]]]] = []
    for keyword, rest in instructions():
        if keyword == "FROM":
            found = _FROM.fullmatch(rest)
            assert found, rest
            starts.append((found["name"] or "", found["image"], []))
        elif starts:
            starts[-1][2].append((keyword, rest))
    return [Stage(name, image, tuple(found)) for name, image, found in starts]


def defaults() -> dict[str, str]:
    """The arguments that stand before the first FROM."""
    found = {}
    for keyword, rest in instructions():
        if keyword == "FROM":
            break
        name, _, value = rest.partition("=")
        found[name] = value
    return found
