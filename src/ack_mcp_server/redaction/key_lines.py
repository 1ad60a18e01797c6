"""The lines of private keys in a log, which comes in parts and may begin or end within a key."""

import re
from collections.abc import Sequence

from ack_mcp_server.redaction.blocks import KEY_END, LINE_OF_KEY, MOST_KEY_LINES
from ack_mcp_server.redaction.marks import mark

_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\"']{0,8}$")
_TELLING = "PRIVATE KEY"
_HEADER = re.compile(r"(?:Proc-Type|DEK-Info|Version|Comment): ")
# A first line that could be of a key whose beginning was cut off: base64 as drawn by lot, and nothing else.
_CUT = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[A-Za-z]*[0-9+/])[A-Za-z0-9+/]{12,76}={0,2}")
_MOST_WORDS = 3  # of a line: what stands before its part of a key


class KeyLines:
    """Given the lines of one log in their order, part by part. Each line stays one line."""

    def __init__(self) -> None:
        self._left = 0  # lines that may still be of the key
        self._begun = False

    def without(self, lines: Sequence[str]) -> list[str]:
        if self._begun and not self._left and not any(_TELLING in line for line in lines):
            return list(lines)
        return [self._shown(line) for line in lines]

    def _shown(self, line: str) -> str:
        if not self._begun:
            self._begun = True
            self._left = MOST_KEY_LINES if _CUT.fullmatch(line.strip()) else 0
        if found := _BEGIN.search(line):
            self._left = MOST_KEY_LINES
            return line[: found.start()] + mark("private key", found[0])
        return self._inside(line) if self._left else line

    def _inside(self, line: str) -> str:
        self._left -= 1
        if found := KEY_END.search(line):
            self._left = 0
            return mark("private key", line[: found.end()]) + line[found.end() :]
        words = line.split()
        if words and len(words) <= _MOST_WORDS and LINE_OF_KEY.fullmatch(words[-1]):
            return line[: line.rindex(words[-1])] + mark("private key", words[-1])
        if words and not _HEADER.search(line):
            self._left = 0
        return line
