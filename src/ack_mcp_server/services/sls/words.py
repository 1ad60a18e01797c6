"""Search text of a caller: a subset of SLS's search (words, "phrases", field:value, and, or, not, parentheses), read
and built anew. What is not understood is refused, so nothing of it reaches SLS as it was written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.sls import search
from ack_mcp_server.services.sls.search import ALL, Search

LONGEST = 2000
DEEPEST = 20  # parentheses and negations within each other
_Kind = Literal["word", "quoted", "(", ")", ":", "and", "or", "not", "end"]
_TOKEN = re.compile(r"""(?P<quoted>"(?P<inside>(?:[^"\\]|\\.)*)")|(?P<mark>[():])|(?P<word>[^\s"():|]+)""", re.DOTALL)
_NUMERIC = re.compile(r"([A-Za-z_][\w.]*)(>=|<=|=|>|<)(-?\d{1,18})", re.ASCII)
FORMS = (
    'Use words, "several words", field:value, and, or, not and parentheses, such as: error and not "context canceled".'
)


@dataclass(frozen=True)
class _Token:
    kind: _Kind
    text: str
    at: int  # counted from 1


def parse(text: str) -> Search:
    """Everything for no text. Raises InvalidInput, with the place."""
    if len(text) > LONGEST:
        raise InvalidInput(f"the search is longer than {LONGEST} characters", next_step=FORMS)
    tokens = _tokens(text)
    if tokens[0].kind == "end":
        return ALL
    reader = _Reader(tokens)
    found = reader.alternatives()
    reader.take("end")
    search.check_size(found)
    return found


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def take(self, *kinds: _Kind) -> _Token:
        token = self._next
        if token.kind not in kinds:
            raise _wrong(token)
        self._at += 1
        return token

    def alternatives(self) -> Search:
        parts = [self._together()]
        while self._next.kind == "or":
            self.take("or")
            parts.append(self._together())
        return search.any_of(parts)

    def _together(self) -> Search:
        parts = [self._one()]
        while self._next.kind not in ("or", ")", "end"):
            if self._next.kind == "and":
                self.take("and")
            parts.append(self._one())
        return search.all_of(parts)

    def _one(self) -> Search:
        token = self.take("not", "(", "word", "quoted")
        if token.kind in ("not", "("):
            return self._within(token)
        if self._next.kind == ":":
            self.take(":")
            value = self.take("word", "quoted")
            return _placed(token, lambda: _of_field(token.text, value))
        return _placed(token, lambda: _anywhere(token))

    def _within(self, opening: _Token) -> Search:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _wrong(opening)
        if opening.kind == "not":
            found = search.negated(self._one())
        else:
            found = self.alternatives()
            self.take(")")
        self._depth -= 1
        return found


def _of_field(name: str, value: _Token) -> Search:
    return search.field(name, value.text) if value.kind == "quoted" else search.field_or_prefix(name, value.text)


def _anywhere(token: _Token) -> Search:
    if token.kind == "quoted":
        return search.words(token.text)
    if token.text == search.EVERYTHING:
        return ALL
    if compared := _NUMERIC.fullmatch(token.text):
        return search.number(compared[1], compared[2], int(compared[3]))
    return search.word_or_prefix(token.text)


def _placed(token: _Token, build: Callable[[], Search]) -> Search:
    """An error of a value says where it stands."""
    try:
        return build()
    except InvalidInput as exc:
        raise InvalidInput(f"column {token.at} of the search: {exc.message}", next_step=exc.next_step) from exc


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text[at], at + 1)
        found.append(_token(match, at + 1))
        at = match.end()
    return [*found, _Token("end", "", len(text) + 1)]


def _token(match: re.Match[str], at: int) -> _Token:
    if match["quoted"] is not None:
        return _Token("quoted", re.sub(r"\\(.)", r"\1", match["inside"], flags=re.DOTALL), at)
    text = match[0]
    if match["mark"] or text.lower() in ("and", "or", "not"):
        return _Token(text.lower(), text, at)  # type: ignore[arg-type]  # the pattern holds no others
    return _Token("word", text, at)


def _unreadable(char: str, at: int) -> InvalidInput:
    if char == "|":
        return InvalidInput(
            f"column {at} of the search: a pipe begins SQL, which this tool does not run",
            next_step="Use sls_execute_sql_query (toolset query) for SQL, or quote the pipe to search for it.",
        )
    return InvalidInput(f"column {at} of the search: the quotation mark has no end", next_step=FORMS)


def _wrong(token: _Token) -> InvalidInput:
    what = repr(token.text[:40]) if token.kind != "end" else "the end"
    return InvalidInput(f"column {token.at} of the search: {what} cannot stand there", next_step=FORMS)
