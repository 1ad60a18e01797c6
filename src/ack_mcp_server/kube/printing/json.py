"""kubectl's -o json: sorted keys, four spaces, the escapes of Go's encoder."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from json import encoder

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.errors import DEEPEST, NotUnderstood

# `<`, `>`, `&` and the two separators stand in strings only, so they are replaced in the finished document.
_HTML = re.compile(r"[<>&\u2028\u2029]")
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_MARGINS = tuple("\n" + "    " * depth for depth in range(DEEPEST + 1))
_NO_MARGINS = ("",) * (DEEPEST + 1)

# The C encoder; json.dumps with an indent would run in Python and print floats Python's way.
_quoted: Callable[[str], str] = getattr(encoder, "c_encode_basestring", None) or encoder.py_encode_basestring


def as_json(value: object) -> str:
    """Ends with a line break. Raises NotUnderstood for what JSON cannot carry, or is nested too deeply."""
    return indented(value) + "\n"


def indented(value: object) -> str:
    parts: list[str] = []
    _Writer(parts, _MARGINS, ": ").write(value, 0)
    return _escaped("".join(parts))


def compact(value: object) -> str:
    """As encoding/json marshals without indent."""
    parts: list[str] = []
    _Writer(parts, _NO_MARGINS, ":").write(value, 0)
    return _escaped("".join(parts))


def quoted(value: str) -> str:
    return _escaped(_quoted(value))


def _escaped(document: str) -> str:
    return _HTML.sub(lambda found: _ESCAPES[found[0]], go.text(document))


@dataclass(frozen=True)
class _Writer:
    """`margins`: what stands before a line, by the depth of its value; `colon`: what stands behind a key."""

    parts: list[str]
    margins: tuple[str, ...]
    colon: str

    def write(self, value: object, depth: int) -> None:
        if isinstance(value, str):
            self.parts.append(_quoted(value))
        elif isinstance(value, dict):
            self._mapping(value, depth)
        elif isinstance(value, list):
            self._list(value, depth)
        else:
            self.parts.append(_bare(value))

    def _mapping(self, mapping: dict[str, object], depth: int) -> None:
        if not mapping:
            self.parts.append("{}")
            return
        margin = self._deeper(depth)
        opening = "{" + margin
        for key in sorted(mapping):
            self.parts.append(f"{opening}{_quoted(key)}{self.colon}")
            self.write(mapping[key], depth + 1)
            opening = "," + margin
        self.parts.append(self.margins[depth] + "}")

    def _list(self, items: list[object], depth: int) -> None:
        if not items:
            self.parts.append("[]")
            return
        margin = self._deeper(depth)
        opening = "[" + margin
        for item in items:
            self.parts.append(opening)
            self.write(item, depth + 1)
            opening = "," + margin
        self.parts.append(self.margins[depth] + "]")

    def _deeper(self, depth: int) -> str:
        if depth >= DEEPEST:
            raise NotUnderstood("nested too deeply")
        return self.margins[depth + 1]


def _bare(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return go.json_number(value)
    raise NotUnderstood(f"a value of type {type(value).__name__}")
