"""A query as it is written: a search, and SQL behind the first pipe outside of quotation marks. What a search is made
of is read as far as it takes to put it beside other conditions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.sls.search import EVERYTHING

LONGEST = 10_000  # characters
_BEFORE_PIPE = re.compile(r'(?:[^"|\\]|\\.|"(?:[^"\\]|\\.)*")*', re.DOTALL)
_BARE_SQL = re.compile(r"\s*(?:select|with)\b.", re.IGNORECASE | re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<range>\bin\s*[\[(]\s*-?[\d.]+[\s,]+-?[\d.]+\s*[\])])
    |(?P<quoted>\#?"(?:[^"\\]|\\.)*")
    |(?P<sign>!=|>=|<=|[=<>:])
    |(?P<paren>[()])
    |(?P<word>(?:[^\s"():=<>!\\]|!(?!=)|\\.)+)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_OPERATORS = ("and", "or", "not", EVERYTHING)


@dataclass(frozen=True)
class Written:
    """`search` is `*` where there is none; `sql` is empty for a search alone. `bare`: the pipe was left out."""

    search: str
    sql: str = ""
    bare: bool = False


@dataclass(frozen=True)
class SearchPart:
    """`fields` are the names that conditions are about; `words` those that are looked for in every field;
    `conditions` fields with a value; `strange` is a character outside of quotation marks that other readers may read
    otherwise."""

    text: str
    fields: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    strange: str = ""
    conditions: tuple[tuple[str, str], ...] = ()

    @property
    def wildcards(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if re.search(r"(?<!\\)[*?]", word) and not word.startswith(('"', "#")))


@dataclass
class _Reader:
    """Sorts tokens by what stands beside them, and counts parentheses."""

    tokens: list[re.Match[str]]
    fields: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    conditions: list[tuple[str, str]] = field(default_factory=list)
    depth: int = 0

    def read(self) -> None:
        for place, token in enumerate(self.tokens):
            if token.lastgroup == "paren":
                self._parenthesis(place, token)
            elif token.lastgroup in ("word", "quoted"):
                self._sort(place, token[0])
        if self.depth:
            raise _fault("a parenthesis of the search is not closed")

    def _parenthesis(self, place: int, token: re.Match[str]) -> None:
        self.depth += 1 if token[0] == "(" else -1
        if self.depth < 0:
            raise _fault(f"column {token.start() + 1} of the search: this parenthesis closes none")
        if token[0] == "(" and self._group(place - 1) == "sign":
            self.words.append("(")  # values within parentheses: whose they are is not told here

    def _sort(self, place: int, text: str) -> None:
        if self._group(place + 1) in ("sign", "range"):
            self.fields.append(re.sub(r"\\(.)", r"\1", text.removeprefix("#").strip('"')))
            if self._group(place + 1) == "sign" and self._group(place + 2) in ("word", "quoted"):
                self.conditions.append((self.fields[-1], self.tokens[place + 2][0]))
        elif self._group(place - 1) != "sign" and text.lower() not in _OPERATORS:
            self.words.append(text)

    def _group(self, place: int) -> str:
        return str(self.tokens[place].lastgroup) if 0 <= place < len(self.tokens) else ""


def written(query: str) -> Written:
    """Raises InvalidInput for what is too long, or has a quotation mark without an end."""
    text = query.strip().removesuffix(";").strip()
    if not text or len(text) > LONGEST:
        raise _fault("the query is empty" if not text else f"the query is longer than {LONGEST:,} characters")
    if _BARE_SQL.match(text) and not re.match(r"\s*(?:select|with)\s*\|(?!\|)", text, re.IGNORECASE):
        return Written(search=EVERYTHING, sql=text, bare=True)
    found = _BEFORE_PIPE.match(text)
    end = found.end() if found else 0
    if end < len(text) and text[end] != "|":
        raise _fault(f"column {end + 1} of the search: the quotation mark has no end")
    return Written(search=text[:end].strip() or EVERYTHING, sql=text[end + 1 :].strip())


def search_part(text: str) -> SearchPart:
    """Raises InvalidInput for parentheses that do not fit."""
    reader = _Reader(list(_tokens(text)))
    reader.read()
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    strange = next(iter(re.findall(r"['`\\]", outside)), "")
    return SearchPart(text, tuple(reader.fields), tuple(reader.words), strange, tuple(reader.conditions))


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None and not text[at].isspace():
            raise _fault(f"column {at + 1} of the search: {text[at]!r} cannot stand there")
        if found is not None:
            yield found
        at = found.end() if found else at + 1


def _fault(message: str) -> InvalidInput:
    return InvalidInput(message, next_step="Write: search | select …, such as: * | select count(*) as n from log")
