"""Words within a value: what its index splits it into, found without splitting it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

WILD = re.compile(r"\\([*?\\])|([*?])")
_CORE = re.compile(r"[A-Za-z0-9._\-]+")

# A piece of a word: its text, or the wildcard that stands there.
Piece: TypeAlias = tuple[str, bool]


@dataclass(frozen=True)
class WordPattern:
    """`core` is a part that must occur (in lower case unless case counts), so that most values need no regex."""

    core: str
    regex: re.Pattern[str]
    case_sensitive: bool

    def found_in(self, value: str) -> bool:
        folded = self._folded(value)
        return self.core in folded and self.regex.search(folded) is not None

    def may_be_within(self, text: str) -> bool:
        """Whether JSON text may hold a value that has it: asked before the text is parsed."""
        return "\\u" in text or self.core in self._folded(text)

    def _folded(self, text: str) -> str:
        return text if self.case_sensitive else text.lower()


@lru_cache(maxsize=4096)
def word_patterns(text: str, delimiters: str, *, wildcards: bool, case_sensitive: bool) -> tuple[WordPattern, ...]:
    """One for each word of the text; every one must be found."""
    pieces = _pieces(text if case_sensitive else text.lower(), wildcards)
    return tuple(_pattern(word, delimiters, case_sensitive) for word in _split(pieces, delimiters))


@lru_cache(maxsize=1024)
def phrase_pattern(text: str, delimiters: str, *, case_sensitive: bool) -> WordPattern:
    return _pattern([(text if case_sensitive else text.lower(), False)], delimiters, case_sensitive)


def _pieces(text: str, wildcards: bool) -> list[Piece]:
    """A character each; a backslash makes a wildcard ordinary."""
    if not wildcards:
        return [(char, False) for char in text]
    pieces: list[Piece] = []
    at = 0
    for found in WILD.finditer(text):
        pieces += [(char, False) for char in text[at : found.start()]]
        pieces.append((found[1], False) if found[1] else (found[2], True))
        at = found.end()
    return pieces + [(char, False) for char in text[at:]]


def _split(pieces: list[Piece], delimiters: str) -> list[list[Piece]]:
    words: list[list[Piece]] = [[]]
    for char, wild in pieces:
        if not wild and char in delimiters:
            words.append([])
        else:
            words[-1].append((char, wild))
    return [word for word in words if word]


def _pattern(word: list[Piece], delimiters: str, case_sensitive: bool) -> WordPattern:
    within = f"[^{re.escape(delimiters)}]" if delimiters else "."
    parts = [{"*": f"{within}*", "?": within}[text] if wild else re.escape(text) for text, wild in word]
    before, after = (f"(?<!{within})", f"(?!{within})") if delimiters else (r"\A", r"\Z")
    regex = re.compile(before + "".join(parts) + after, re.DOTALL)
    return WordPattern(_core(word), regex, case_sensitive)


def _core(word: list[Piece]) -> str:
    """Plain ASCII only, which JSON does not escape."""
    literal = "".join("\n" if wild else text for text, wild in word)
    return max(_CORE.findall(literal), key=len, default="")
