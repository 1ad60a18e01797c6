"""From text to a template, by the rules of client-go's parser, its oddities included."""

import math
import re
from dataclasses import dataclass, field

from ack_mcp_server.kube.printing.errors import JsonPathError, NotUnderstood
from ack_mcp_server.kube.printing.jsonpath.nodes import (
    Action,
    Constant,
    Field,
    Filter,
    Name,
    Node,
    Recursive,
    Slice,
    Template,
    Text,
    Union,
    Wildcard,
)
from ack_mcp_server.kube.printing.jsonpath.quotes import unquoted

_MOST_NESTED = 10  # expressions in unions and filters; what kubectl accepts is nested two or three deep
_TERMINATORS = frozenset(" \t\r\n.,[]$@{}")
_NUMBER = re.compile(r"[+-]?[\d.]*")
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_KEY = re.compile(r"'([^']*)'")
_SLICE = re.compile(r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+)")
_INT64 = 1 << 63


def parse(text: str) -> Template:
    """Raises JsonPathError, NotUnderstood."""
    return _Parser(text, 0).template()


def _parse_action(text: str, depth: int) -> Action:
    """What stands in a union or a filter. Anything behind its own end is read and dropped."""
    if depth > _MOST_NESTED:
        raise NotUnderstood("an expression nested too deeply")
    first = _Parser("{" + text + "}", depth).template()[0]
    return first if isinstance(first, tuple) else ()


def _is_word(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()


@dataclass
class _Parser:
    text: str
    depth: int
    place: int = 0
    nodes: list[Node] = field(default_factory=list)

    def template(self) -> Template:
        parts: list[Text | Action] = []
        while self.place < len(self.text):
            opening = self.text.find("{", self.place)
            literal = self.text[self.place : opening if opening >= 0 else None]
            if literal:
                parts.append(Text(literal))
            if opening < 0:
                break
            self.place = opening + 1
            parts.append(self._action())
        return tuple(parts)

    def _action(self) -> Action:
        self.nodes = []
        while not self._at("}"):
            self._step()
        self.place += 1
        return tuple(self.nodes)

    def _at(self, start: str) -> bool:
        return self.text.startswith(start, self.place)

    def _step(self) -> None:
        char = self.text[self.place : self.place + 1]
        if not char or char in "\r\n":
            raise JsonPathError("unclosed action")
        if self._at("[?("):
            self._filter()
        elif self._at(".."):
            self._recursive()
        elif char in " @$":
            self.place += 1
        elif char == "[":
            self._array()
        elif char in "\"'":
            self._quoted(char)
        elif char == ".":
            self.place += 1
            self._field()
        elif char in "+-" or char.isdecimal():
            self._number()
        elif _is_word(char):
            self._word()
        else:
            raise JsonPathError(f"unrecognized character in action: {_named(char)}")

    def _field(self) -> None:
        start = self.place
        while self.place < len(self.text) and self.text[self.place] not in _TERMINATORS:
            self.place += 2 if self.text[self.place] == "\\" else 1
        self.place = min(self.place, len(self.text))
        name = self.text[start : self.place]
        self.nodes.append(Wildcard() if name == "*" else Field(name.replace("\\", "")))

    def _recursive(self) -> None:
        if self.nodes and isinstance(self.nodes[-1], Recursive):
            raise JsonPathError("invalid multiple recursive descent")
        self.place += 2
        self.nodes.append(Recursive())
        if _is_word(self.text[self.place : self.place + 1]):
            self._field()

    def _word(self) -> None:
        start = self.place
        while self.place < len(self.text) and self.text[self.place] not in _TERMINATORS:
            self.place += 1
        word = self.text[start : self.place]
        self.nodes.append(Constant(word == "true") if word in ("true", "false") else Name(word))

    def _number(self) -> None:
        found = _NUMBER.match(self.text, self.place)
        written = found[0] if found else ""
        self.place += len(written)
        self.nodes.append(Constant(_number(written)))

    def _quoted(self, quote: str) -> None:
        start = self.place
        self.place += 1
        while True:
            char = self.text[self.place : self.place + 1]
            if not char or char == "\n":
                raise JsonPathError("unterminated quoted string")
            self.place += 1
            # Whether the backslash is itself escaped is not asked.
            if char == quote and self.text[self.place - 2] != "\\":
                break
        self.nodes.append(Text(unquoted(self.text[start : self.place])))

    def _array(self) -> None:
        end = self.text.find("]", self.place)
        inner = self.text[self.place + 1 : end if end >= 0 else None]
        if end < 0 or "\n" in inner:
            raise JsonPathError("unterminated array")
        self.place = end + 1
        members = inner.split(",")
        if len(members) > 1:
            members = [f"[{member.strip(' ')}]" for member in members]
            self.nodes.append(Union(tuple(_parse_action(member, self.depth + 1) for member in members)))
        elif key := _KEY.fullmatch(inner):
            self.nodes += _parse_action("." + key[1], self.depth + 1)
        else:
            self.nodes.append(_slice(":" if inner == "*" else inner))

    def _filter(self) -> None:
        self.place += len("[?(")
        start = self.place
        self._skip_filter()
        inner = self.text[start : self.place - 1]
        if not self._at("]"):
            raise JsonPathError("unclosed array expect ]")
        self.place += 1
        found = _COMPARISON.fullmatch(inner)
        if found is None:
            self.nodes.append(Filter(_parse_action(inner, self.depth + 1), "", ()))
            return
        left, right = (_parse_action(side, self.depth + 1) for side in (found[1], found[3]))
        self.nodes.append(Filter(left, found[2], right))

    def _skip_filter(self) -> None:
        """To behind the parenthesis that closes; one pair of quotes may hold others."""
        quote = ""
        closed = False
        while True:
            char = self.text[self.place : self.place + 1]
            if not char or char == "\n":
                raise JsonPathError("unterminated filter")
            self.place += 1
            if char in "\"'":
                closed = closed or (bool(quote) and char == quote and self.text[self.place - 2] != "\\")
                quote = quote or char
            elif char == ")" and bool(quote) == closed:
                return


def _number(written: str) -> int | float:
    if _INTEGER.fullmatch(written) and len(written) < 25 and -_INT64 <= int(written) < _INT64:
        return int(written)
    if _DECIMAL.fullmatch(written) and math.isfinite(float(written)):
        return float(written)
    raise JsonPathError(f"cannot parse number {written}")


def _slice(written: str) -> Slice:
    found = _SLICE.fullmatch(written)
    if found is None:
        raise JsonPathError(f"invalid array index {written}")
    start, end, step = (_bound(part) for part in found.groups(default=""))
    single = found[2] is None
    return Slice(start, (start or 0) + 1 if single else end, step, single)


def _bound(written: str) -> int | None:
    digits = written.removeprefix(":")
    if not digits:
        return None
    if digits == "-" or len(digits) > 25 or not -_INT64 <= int(digits) < _INT64:
        raise JsonPathError(f"array index {digits} is not a number")
    return int(digits)


def _named(char: str) -> str:
    """A character as Go's %#U names it."""
    code = f"U+{ord(char):04X}"
    return f"{code} '{char}'" if char.isprintable() else code
