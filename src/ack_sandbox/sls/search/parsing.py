"""From the text of a search to its tree.

`not` binds tightest, then `and`, which two conditions beside each other mean as well, then `or`.
"""

import re
from typing import cast

from ack_sandbox.sls.search.lexing import Kind, SearchSyntaxError, Token, tokens
from ack_sandbox.sls.search.tree import (
    And,
    Compare,
    Comparison,
    Condition,
    Everything,
    Exists,
    Not,
    Or,
    Phrase,
    Range,
    Search,
    Words,
)

DEEPEST = 50  # parentheses and negations within each other
_BOUND = re.compile(r"in\s*([\[(])\s*(-?[\d.]+)[\s,]+(-?[\d.]+)\s*([\])])", re.IGNORECASE)


def parse(text: str) -> Search:
    """Raises SearchSyntaxError."""
    if not text.strip():
        return Everything()
    parser = _Parser(tokens(text))
    search = parser.alternatives()
    parser.expect("end")
    return search


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0
        self._negations = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _after(self) -> Kind:
        """What follows the next token."""
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)].kind

    def expect(self, kind: Kind) -> Token:
        if self._next.kind != kind:
            raise _unexpected(self._next)
        return self._take()

    def alternatives(self) -> Search:
        parts = [self._conjunction()]
        while self._next.kind == "or":
            self._take()
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunction(self) -> Search:
        parts = [self._negation()]
        while self._next.kind not in ("or", ")", "end"):
            if self._next.kind == "and":
                self._take()
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self) -> Search:
        if self._next.kind != "not":
            return self._primary()
        self._deeper(self._take())
        self._negations += 1
        search = self._negation()
        self._negations -= 1
        self._depth -= 1
        return Not(search)

    def _primary(self) -> Search:
        if self._next.kind == "(":
            self._deeper(self._take())
            search = self.alternatives()
            self.expect(")")
            self._depth -= 1
            return search
        if self._next.kind in ("word", "quoted") and self._after() in (":", "comparison", "range"):
            return self._of_field()
        return self._anywhere()

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _unexpected(token)

    def _anywhere(self) -> Search:
        if self._next.kind == "word" and self._next.text == "*":
            self._take()
            return Everything()
        return self._value(None)

    def _of_field(self) -> Condition:
        field = self._field()
        operator = self._take()
        if operator.kind == "range":
            return _range(field, operator)
        if operator.kind == "comparison":
            return self._comparison(field, operator)
        if self._next.kind == "word" and self._next.text == "*":
            self._take()
            return Exists(field)
        return self._value(field)

    def _field(self) -> str:
        """A tag's name has a colon within: `__tag__:__hostname__: web-1`."""
        name = self._take().text
        if name == "__tag__" and self._next.kind == ":" and self._after() == "word":
            self._take()
            name = f"__tag__:{self._take().text}"
            if self._next.kind not in (":", "comparison", "range"):
                raise _unexpected(self._next)
        return name

    def _comparison(self, field: str, operator: Token) -> Condition:
        number = self._take()
        try:
            return Compare(field, cast(Comparison, operator.text), float(number.text))
        except ValueError:
            raise _unexpected(number) from None

    def _value(self, field: str | None) -> Condition:
        value = self._take()
        match value.kind:
            case "quoted":
                return Words(field, value.text, wildcards=False)
            case "phrase" if self._negations == 0:
                return Phrase(field, value.text)
            case "word" if value.text[0] not in "*?":
                return Words(field, value.text, wildcards=True)
        raise _unexpected(value)


def _range(field: str, token: Token) -> Range:
    found = _BOUND.fullmatch(token.text)
    try:
        low, high = (float(found[index]) if found else 0.0 for index in (2, 3))
    except ValueError:
        raise _unexpected(token) from None
    opening, closing = (found[1], found[4]) if found else ("[", "]")
    return Range(field, low, high, low_included=opening == "[", high_included=closing == "]")


def _unexpected(token: Token) -> SearchSyntaxError:
    return SearchSyntaxError(token.text, token.start, max(token.end, token.start + 1))
