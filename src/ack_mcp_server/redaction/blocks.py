"""Secrets of several lines or of one long word: private keys, packed releases, encoded kubeconfigs."""

import base64
import binascii
import re
from collections.abc import Callable

from ack_mcp_server.redaction.marks import mark

_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
KEY_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_LINES = re.compile(r"(?:[\s\\nr]{0,80}[A-Za-z0-9+/=:,-]{12,200}(?![^\s\\\"']))*+")
LINE_OF_KEY = re.compile(r"[A-Za-z0-9+/=]{1,128}")
MOST_KEY_LINES = 200
_LONGEST_KEY = 20_000

# gzip; base64 of the same; base64 of a PEM block, of {"auths":, of apiVersion: and {"apiVersion".
_PACKED_STARTS = ("H4sI", "SDRzSU", "LS0tLS1CRUdJTi", "eyJhdXRocyI6", "YXBpVmVyc2lvbjog", "eyJhcGlWZXJzaW9u")
PACKED_ANCHORS = ("H4sI", "SDRzSU", "LS0tLS1CRUdJTi", "eyJh", "YXBpVmVyc2lvbjog")
_PACKED = re.compile(rf"(?<![A-Za-z0-9+/])(?:{'|'.join(_PACKED_STARTS)})[A-Za-z0-9+/_-]{{24,}}+={{0,2}}")


def redact_private_keys(text: str) -> str:
    """Without PEM private keys, also cut ones: what follows a beginning, and what precedes an end."""
    parts, at = [], 0
    while begin := _BEGIN.search(text, at):
        stop = _key_end(text, begin.end())
        parts += [text[at : begin.start()], mark("private key", text[begin.start() : stop])]
        at = stop
    return "".join([*parts, _without_tail(text[at:])])


def _key_end(text: str, start: int) -> int:
    end = KEY_END.search(text, start, start + _LONGEST_KEY)
    if end:
        return end.end()
    lines = _KEY_LINES.match(text, start)
    return lines.end() if lines else start


def _without_tail(text: str) -> str:
    """Without the lines of a key whose beginning was cut off."""
    parts, at = [], 0
    for end in KEY_END.finditer(text):
        start = _tail_start(text, at, end.start())
        parts += [text[at:start], mark("private key", text[start : end.end()])]
        at = end.end()
    return "".join([*parts, text[at:]])


def _tail_start(text: str, floor: int, end: int) -> int:
    start = text.rfind("\n", floor, end) + 1 or end
    for _ in range(MOST_KEY_LINES):
        begin = max(text.rfind("\n", max(floor, start - 512), max(start - 1, floor)) + 1, floor)
        words = text[begin : start - 1].split() if begin < start else []
        if not words or len(words) > 3 or not LINE_OF_KEY.fullmatch(words[-1]):
            break
        start = begin
    return start


def redact_packed(text: str, redact: Callable[[str], str]) -> str:
    """Without long encoded words that hold a secret; those that can be read are judged by `redact`."""

    def shown(found: re.Match[str]) -> str:
        word = found[0]
        if word.startswith(("H4sI", "SDRzSU")):
            return mark("packed data", word) if len(word) >= 64 else word
        return mark("encoded secret", word) if holds_secret(word, redact) else word

    return _PACKED.sub(shown, text)


def holds_secret(encoded: str, redact: Callable[[str], str]) -> bool:
    """Whether base64 text decodes to text that `redact` would change. What cannot be decoded holds none."""
    body = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(body[: len(body) - (len(body) % 4 == 1)] + "===").decode(errors="replace")
    except binascii.Error:
        return False
    return redact(text) != text
