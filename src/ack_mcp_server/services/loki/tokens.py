"""LogQL's words, and what a string of it holds."""

import re
from dataclasses import dataclass

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]++|\#[^\n]*+)
    |(?P<string>"(?:[^"\\\n]|\\.)*+"|`[^`]*+`)
    |(?P<number>-?[0-9][0-9A-Za-zµ.]*+)
    |(?P<flag>--[a-z-]++)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*+)
    |(?P<sign>\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[{}()\[\],|=<>])""",
    re.VERBOSE | re.ASCII,
)
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.?))"
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_LAST_CHARACTER = 0x10FFFF
_NEXT = 'Correct it; a query is such as {namespace="shop", app=~"web.*"} |= "error" | json | status >= 500.'


@dataclass(frozen=True)
class Token:
    """`start` counts characters of the query; the end of a query is a token too, without a text."""

    kind: str
    text: str
    start: int

    def told(self) -> str:
        return shown(self.text) if self.text else "the end"


def wrong(start: int, what: str, next_step: str = _NEXT) -> InvalidInput:
    return InvalidInput(f"query has an error at column {start + 1}: {what}", next_step=next_step)


def tokens_of(query: str) -> list[Token]:
    """Without blanks and comments, and with the end. Raises InvalidInput."""
    found: list[Token] = []
    place = 0
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:
            raise _no_token(query, place)
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], place))
        place = match.end()
    return [*found, Token("end", "", len(query))]


def value_of(token: Token) -> str:
    """What a string holds. Raises InvalidInput for an escape that Go, in which Loki is written, does not know."""
    inside = token.text[1:-1]
    if token.text[0] == "`":
        return inside
    return _ESCAPE.sub(lambda match: _character(match, token), inside)


def _character(match: re.Match[str], token: Token) -> str:
    plain, byte, short, long, octal, _ = match.groups()
    if plain:
        return _PLAIN[plain]
    code = int(byte or short or long or "0", 16) or int(octal or "0", 8)
    known = byte or short or long or octal
    if not known or code > _LAST_CHARACTER or 0xD800 <= code <= 0xDFFF or (octal and code > 0xFF):
        raise wrong(
            token.start + 1 + match.start(),
            f"{shown(match[0])} is no escape of a string",
            "Double the backslash, or write the string in backquotes, where it stands for itself.",
        )
    return chr(code)


def _no_token(query: str, place: int) -> InvalidInput:
    char = query[place]
    if char == "'":
        return wrong(place, "strings are not in single quotes", "Use double quotes or backquotes.")
    if char in '"`':
        return wrong(place, "a string has no end", 'Close it; in double quotes a newline is \\n and a quote is \\".')
    return wrong(place, f"{shown(char)} has no meaning here")
