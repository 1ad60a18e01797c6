"""Quoted text in an expression, with the escapes of Go's strconv."""

import re

from ack_mcp_server.kube.printing.errors import JsonPathError, NotUnderstood

_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))|([^\\])", re.DOTALL
)
_NAMED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def unquoted(quoted: str) -> str:
    """Raises JsonPathError; NotUnderstood when the escapes spell bytes that are no text."""
    quote, inner = quoted[0], quoted[1:-1]
    if "\\" not in inner and quote not in inner:
        return inner
    spelled = bytearray()
    place = 0
    while place < len(inner):
        found = _ESCAPE.match(inner, place)
        part = _spelled(found, quote) if found else None
        if found is None or part is None:
            raise JsonPathError(f"unquote string {quoted} error invalid syntax")
        spelled += part
        place = found.end()
    try:
        return spelled.decode()
    except UnicodeDecodeError:
        raise NotUnderstood("bytes that are no text") from None


def _spelled(found: re.Match[str], quote: str) -> bytes | None:
    """None for what Go refuses: a quote of the wrong sort, a code that is no character."""
    named, byte, short, long, octal, plain = found.groups()
    if plain is not None:
        return None if plain == quote else plain.encode(errors="replace")
    if named is not None:
        return _NAMED.get(named, quote).encode() if named in _NAMED or named == quote else None
    if octal is not None:
        return bytes([int(octal, 8)]) if int(octal, 8) <= 0xFF else None
    if byte is not None:
        return bytes([int(byte, 16)])
    code = int(short or long, 16)
    return chr(code).encode() if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None
