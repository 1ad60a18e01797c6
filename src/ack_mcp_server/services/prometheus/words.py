"""PromQL's words, as far as it takes to tell where something is. What they mean is the parser's matter."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s++|\#[^\n]*+)
    |(?P<string>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|`[^`]*+`)
    |(?P<word>(?:\d[\w.]*+|\.\d[\w.]*+|[A-Za-z_:][\w:.]*+))
    |(?P<sign>=~|!~|!=|==|>=|<=|</|>/|.)""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
PAIRS = {"(": ")", "[": "]", "{": "}"}
_SIGNS = frozenset({"+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<="})
_OPERATORS = frozenset({"and", "or", "unless", "atan2"})


@dataclass(frozen=True)
class Word:
    """`start` and `end` are characters of the query."""

    text: str
    start: int
    end: int
    is_string: bool = False

    @property
    def is_operator(self) -> bool:
        return not self.is_string and (self.text in _SIGNS or self.text.lower() in _OPERATORS)


def words_of(query: str) -> list[Word]:
    """Without blanks and comments."""
    found = (match for match in _TOKEN.finditer(query) if match.lastgroup != "space")
    return [Word(match[0], match.start(), match.end(), match.lastgroup == "string") for match in found]


def depth_of(words: list[Word]) -> int:
    """How deep brackets are nested at most."""
    depth = deepest = 0
    for word in words:
        if word.text in PAIRS:
            depth += 1
            deepest = max(deepest, depth)
        elif word.text in PAIRS.values():
            depth -= 1
    return deepest


def closers(words: list[Word]) -> str:
    """The brackets that these words leave open, closed from the inside out."""
    stack: list[str] = []
    for word in words:
        if word.text in PAIRS:
            stack.append(PAIRS[word.text])
        elif stack and word.text == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))
