"""The tokens of a search, each with its place in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["word", "quoted", "phrase", "range", "(", ")", ":", "comparison", "and", "or", "not", "end"]

_RANGE = r"in\s*[\[(]\s*-?[\d.]+[\s,]+-?[\d.]+\s*[\])]"
_TOKEN = re.compile(
    rf"""(?P<range>{_RANGE})
    |(?P<phrase>\#"(?:[^"\\]|\\.)*")
    |(?P<quoted>"(?:[^"\\]|\\.)*")
    |(?P<comparison>>=|<=|[=<>])
    |(?P<mark>[():])
    |(?P<word>(?:[^\s"():=<>\\]|\\.)+)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SPACE = re.compile(r"\s*")


class SearchSyntaxError(Exception):
    """What stands at `start` (counted from 0) up to `end` cannot stand there."""

    def __init__(self, near: str, start: int, end: int) -> None:
        super().__init__(f"syntax error near {near!r} at {start}")
        self.near = near
        self.start = start
        self.end = end


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str  # without its quotation marks
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Ends with an "end". Raises SearchSyntaxError."""
    return [*_tokens(text), Token("end", "", len(text), len(text))]


def _tokens(text: str) -> Iterator[Token]:
    at = _end_of_space(text, 0)
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise SearchSyntaxError(text[at], at, at + 1)
        yield _token(found)
        at = _end_of_space(text, found.end())


def _token(found: re.Match[str]) -> Token:
    text = found[0]
    return Token(_kind(found), _content(found.lastgroup or "", text), found.start(), found.end())


def _kind(found: re.Match[str]) -> Kind:
    text = found[0]
    match found.lastgroup:
        case "mark":
            return text  # type: ignore[return-value]
        case "word" if text.lower() in ("and", "or", "not"):
            return text.lower()  # type: ignore[return-value]
        case group:
            return group  # type: ignore[return-value]


def _content(group: str, text: str) -> str:
    if group in ("quoted", "phrase"):
        return re.sub(r"\\(.)", r"\1", text.removeprefix("#")[1:-1], flags=re.DOTALL)
    # In a word the backslash of \* and \? is still needed to tell them from wildcards.
    return re.sub(r"\\([^*?\\])", r"\1", text) if group == "word" else text


def _end_of_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
