"""Queries judged before they cost a request: syntax errors with their place, and advice on what is probably meant.

The parser is native code that recurses and takes quadratic time over long chains, so length, depth and number of
operators are bounded before it sees a query.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import promql_parser

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.words import Word, closers, depth_of, words_of

LONGEST = 16_384  # characters of a query
DEEPEST = 64  # brackets within brackets
MOST_OPERATORS = 200
_ADVISED = 30  # operators of a query that is looked through for advice, because walking its tree takes cubic time
_SEARCHED = 300  # words of a query in which the place of an error is looked for
_AROUND = 60  # characters shown on each side of it
_LONGEST_REASON = 200

# Complaints of the parser that are about meaning: the words stand in an order that could be a query.
_OF_MEANING = re.compile(r"expected (?:type|at|\d+)|unknown function|illegal regex|vector selector must")
_UNKNOWN = "unknown function"
_NEWER = frozenset({"anchored", "smoothed", "fill", "fill_left", "fill_right"})  # of Prometheus after this parser
# What could come after the beginning of a query; then its brackets are closed, and something could follow.
_ENDINGS = ("", " x", ' x="x"', '="x"', '"x"', " 1m", "1m", " 1", "(x)", " (x) x", "(x[1m])", " 1, x")
_AFTER = ("", " x", " (x)", "[1m]")
# Bounded, because a search begins anew at each place.
_PLACEHOLDER = re.compile(r"\{\{.{0,80}?\}\}|\$\{?\w{1,80}|<\w[\w -]{0,80}>")
_LOOKS_LIKE_REGEX = re.compile(r"\.[*+]|\||\[[^\]]{1,80}\][*+]?|^\^|\$$")
_COUNTS = re.compile(r"_(?:total|count|sum|bucket)$")


@dataclass(frozen=True)
class Query:
    """A query that may be sent. `advice` are sentences on what is probably not meant."""

    text: str
    advice: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()


def checked(text: str) -> Query:
    """Raises InvalidInput with the place of a syntax error. What the parser does not know is left to Prometheus."""
    query = text.strip()
    words = _bounded(query)
    try:
        tree = promql_parser.parse(query)
    except ValueError as exc:
        reason = str(exc)
        if reason.startswith(_UNKNOWN) or any(word.text.lower() in _NEWER for word in words if not word.is_string):
            return Query(query)
        raise _refusal(query, words, reason) from None
    selectors = _selectors(tree) if _operators(words) <= _ADVISED else []
    metrics = tuple(dict.fromkeys(name for each in selectors if (name := metric_of(each))))
    return Query(query, tuple(_advice(query, tree, selectors)), metrics)


def selectors_of(query: str) -> list[promql_parser.VectorSelector] | None:
    """Of a query that was checked; None where the parser does not know it, or it is too long to be walked through."""
    tree = parsed(query)
    return None if tree is None else _selectors(tree)


def parsed(query: str) -> promql_parser.Expr | None:
    """Of a query that was checked; None where the parser does not know it, or it is too long to be walked through."""
    if _operators(words_of(query)) > _ADVISED:
        return None
    try:
        return promql_parser.parse(query)
    except ValueError:
        return None


def _bounded(query: str) -> list[Word]:
    if not query:
        raise InvalidInput("promql is empty", next_step='Give an expression, such as up, or sum by (pod) (x{a="b"}).')
    if len(query) > LONGEST:
        raise InvalidInput(f"promql is longer than {LONGEST:,} characters", next_step="Ask for less at once.")
    words = words_of(query)
    too_deep = depth_of(words) > DEEPEST
    if too_deep or _operators(words) > MOST_OPERATORS:
        what = f"nests brackets deeper than {DEEPEST}" if too_deep else f"has more than {MOST_OPERATORS} operators"
        raise InvalidInput(f"promql {what}", next_step="Split it; a regular expression (=~) replaces a chain of or.")
    return words


def _operators(words: list[Word]) -> int:
    return sum(word.is_operator for word in words)


def _refusal(query: str, words: list[Word], reason: str) -> InvalidInput:
    place = _Search(query, words, reason).place
    told = one_line(reason, _LONGEST_REASON)
    return InvalidInput(
        f"promql has an error at {_named(query, place)}: {told}\n{_pointed(query, place)}",
        next_step=_hint(query, words, reason) or "Correct it there; the query was not sent.",
    )


@dataclass(frozen=True)
class _Search:
    """Where an error is: at the first word with which the beginning of the query cannot become a query any more."""

    query: str
    words: list[Word]
    reason: str

    @cached_property
    def place(self) -> int:
        if len(self.words) > _SEARCHED or not self.words:
            return len(self.query)
        if named := re.search(r"call to function '(\w+)'|aggregation '?(\w+)", self.reason):
            return self._call(named[1] or named[2])
        if (found := self._string()) is not None:
            return found
        number = bisect_left(range(len(self.words)), True, key=lambda index: not self._could_go_on(index + 1))
        if number < len(self.words):
            return self.words[number].start
        return self._opened() if closers(self.words) else len(self.query)

    def _could_go_on(self, number: int) -> bool:
        begun = self.words[:number]
        text, closed = self.query[: begun[-1].end], closers(begun)
        return any(_is_query(f"{text}{ending}{closed}{after}") for ending in _ENDINGS for after in _AFTER)

    def _opened(self) -> int:
        """The innermost bracket that is never closed."""
        stack: list[Word] = []
        for word in self.words:
            if word.text in "([{" and not word.is_string:
                stack.append(word)
            elif stack and word.text in ")]}":
                stack.pop()
        return stack[-1].start if stack else len(self.query)

    def _string(self) -> int | None:
        """The literal that the complaint is about: one without its end, or with an escape or a pattern that is none."""
        for word in self.words:
            if word.text in "\"'`" and not word.is_string:
                return word.start
            if word.is_string and not _is_query(f"x{{a={word.text}}}"):
                return word.start
            if word.is_string and "regex" in self.reason and word.text[1:-1] in self.reason:
                return word.start
        return None

    def _call(self, name: str) -> int:
        """The first call of this name that is wrong by itself."""
        for place, word in enumerate(self.words[:-1]):
            if word.text == name and self.words[place + 1].text == "(" and self._complaint(place) == self.reason:
                return word.start
        return next((word.start for word in self.words if word.text == name), len(self.query))

    def _complaint(self, place: int) -> str:
        depth = 0
        for word in self.words[place + 1 :]:
            depth += (word.text == "(") - (word.text == ")")
            if depth == 0:
                return _complaint(self.query[self.words[place].start : word.end])
        return ""


def _complaint(text: str) -> str:
    try:
        promql_parser.parse(text)
    except ValueError as exc:
        return str(exc)
    return ""


def _is_query(text: str) -> bool:
    complaint = _complaint(text)
    return not complaint or bool(_OF_MEANING.match(complaint))


def _named(query: str, place: int) -> str:
    before = query[:place]
    column = place - (before.rfind("\n") + 1) + 1
    if place >= len(query):
        return "its end"
    return f"line {before.count(chr(10)) + 1}, column {column}" if "\n" in query else f"column {column}"


def _pointed(query: str, place: int) -> str:
    """The line with a caret under the place, cut around it."""
    begin, end = query.rfind("\n", 0, place) + 1, query.find("\n", place)
    line, column = query[begin : len(query) if end < 0 else end], place - begin
    first = max(column - _AROUND, 0)
    shown = "".join(char if char.isprintable() else " " for char in line[first : column + _AROUND])
    return f"{shown}\n{' ' * (column - first)}^"


def _hint(query: str, words: list[Word], reason: str) -> str:
    if found := _PLACEHOLDER.search("".join(_blanked(query, words))):
        return f'Replace the placeholder {one_line(found[0], 40)} with a value in quotes, such as pod="web-0".'
    if "expected type matrix" in reason and (named := re.search(r"function '(\w+)'", reason)):
        return f"{named[1]} takes a range: {named[1]}(metric[5m]); of an expression, a subquery: [30m:1m]."
    if "vector selector must" in reason:
        return "Name the metric, or a label with a value that is not empty."
    if "escape" in reason:
        return r"In a string write a backslash twice, such as \\d or \\., or use backquotes."
    return ""


def _blanked(query: str, words: list[Word]) -> list[str]:
    """The query's characters, blanks in place of its strings."""
    chars = list(query)
    for word in words:
        if word.is_string:
            chars[word.start : word.end] = " " * (word.end - word.start)
    return chars


def _selectors(tree: promql_parser.Expr) -> list[promql_parser.VectorSelector]:
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.MatrixSelector):
            found.append(node.vector_selector)
        elif isinstance(node, promql_parser.VectorSelector):
            found.append(node)
        return True

    promql_parser.walk(tree, pre_visit=visit)
    return found


def metric_of(selector: promql_parser.VectorSelector) -> str:
    named = (
        each.value for each in selector.matchers.matchers if each.name == "__name__" and operation(each) == "Equal"
    )
    return selector.name or next(named, "")


def operation(each: promql_parser.Matcher) -> str:
    return str(each.op).rpartition(".")[2]


def _advice(query: str, tree: promql_parser.Expr, selectors: list[promql_parser.VectorSelector]) -> list[str]:
    matchers = [each for selector in selectors for each in selector.matchers.matchers]
    lines = []
    for each in matchers:
        value = one_line(each.value, 40)
        if _PLACEHOLDER.fullmatch(each.value):
            lines.append(f"{each.name} is matched with the placeholder {value}; put the real value there")
        elif operation(each) == "Equal" and _LOOKS_LIKE_REGEX.search(each.value):
            lines.append(f"{each.name}={value} is compared literally; a pattern needs =~")
    if isinstance(tree, promql_parser.VectorSelector) and _COUNTS.search(tree.name or ""):
        lines.append(f"{tree.name} looks like a counter, which only grows; rate({tree.name}[5m]) tells its speed")
    return list(dict.fromkeys(lines))
