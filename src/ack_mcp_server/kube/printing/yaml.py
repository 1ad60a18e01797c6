"""kubectl's -o yaml: two spaces, sequences at the level of their key, lines folded at 80.

kubectl makes JSON first, reads that as YAML and writes it with go-yaml v2: what the reader refuses is not understood.
"""

from dataclasses import dataclass, field
from typing import Final

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.errors import DEEPEST, NotUnderstood
from ack_mcp_server.kube.printing.json import quoted
from ack_mcp_server.kube.printing.yaml_folding import WIDTH, ends_line, laid_out
from ack_mcp_server.kube.printing.yaml_keys import ordered
from ack_mcp_server.kube.printing.yaml_scalars import Scalar, scalar

_LONGEST_SIMPLE_KEY = 128  # bytes
_LONGEST_READ_KEY = 1000  # of 1,024 characters that the reader looks ahead for the colon
_UINT64: Final = 1 << 64


def as_yaml(value: object) -> str:
    """Ends with a line break. Raises NotUnderstood for what kubectl cannot print as YAML, or is nested too deeply."""
    document = _Document()
    if isinstance(value, dict) and value:
        document.mapping(value, 0, "")
    elif isinstance(value, list) and value:
        document.sequence(value, 0, "")
    else:
        document.leaf("", value, 0, 2)
    return "".join(document.parts).removeprefix(" ")


@dataclass
class _Document:
    """Lines as they come, and what was worked out for strings and keys, which repeat from object to object."""

    parts: list[str] = field(default_factory=list)
    scalars: dict[str, Scalar] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    orders: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    def mapping(self, mapping: dict[str, object], indent: int, margin: str) -> None:
        """`margin` is what stands before the first key: nothing when it goes on in the line of a dash."""
        _check_depth(indent)
        names = tuple(mapping)
        order = self.orders.get(names) or self.orders.setdefault(names, ordered(names))
        further = " " * indent
        for name in order:
            key = self.keys.get(name) or self._key(name)
            if key == "?":
                self._complex(name, mapping[name], indent, margin)
            else:
                self._value(margin + key, mapping[name], indent, indent + len(key))
            margin = further

    def sequence(self, items: list[object], indent: int, margin: str) -> None:
        _check_depth(indent)
        further = " " * indent
        for item in items:
            self._item(margin + "-", item, indent)
            margin = further

    def leaf(self, introduced: str, value: object, column: int, indent: int) -> None:
        """A scalar or an empty container behind what introduces it; `column` is where that ends."""
        if type(value) is not str:
            self.parts.append(f"{introduced} {_bare(value)}\n")
            return
        found = self.scalars.get(value) or self.scalars.setdefault(value, scalar(value))
        text = found.text
        if found.multiline or column + len(text) > WIDTH:
            text = laid_out(found, column + 1, indent)
            if ends_line(found):
                self.parts.append(f"{introduced} {text}")
                return
        self.parts.append(f"{introduced} {text}\n")

    def _value(self, introduced: str, value: object, indent: int, column: int) -> None:
        if type(value) is dict and value:
            self.parts.append(introduced + "\n")
            self.mapping(value, indent + 2, " " * (indent + 2))
        elif type(value) is list and value:
            self.parts.append(introduced + "\n")
            self.sequence(value, indent, " " * indent)
        else:
            self.leaf(introduced, value, column, indent + 2)

    def _item(self, introduced: str, value: object, indent: int) -> None:
        """Behind a dash, a question mark or the colon of a long key: containers begin in the same line."""
        if type(value) is dict and value:
            self.mapping(value, indent + 2, introduced + " ")
        elif type(value) is list and value:
            self.sequence(value, indent + 2, introduced + " ")
        else:
            self.leaf(introduced, value, indent + 1, indent + 2)

    def _complex(self, name: str, value: object, indent: int, margin: str) -> None:
        self._item(margin + "?", name, indent)
        self._item(" " * indent + ":", value, indent)

    def _key(self, name: str) -> str:
        """The key with its colon; `?` alone for one that is too long for its line, or holds line breaks."""
        if len(quoted(name)) > _LONGEST_READ_KEY or "\x85" in name:
            raise NotUnderstood("a key that kubectl's YAML cannot read")
        found = scalar(name)
        simple = not found.multiline and len(go.text(name).encode()) <= _LONGEST_SIMPLE_KEY
        return self.keys.setdefault(name, found.text + ":" if simple else "?")


def _bare(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    raise NotUnderstood(f"a value of type {type(value).__name__}")


def _number(value: int | float) -> str:
    """What is an integer in JSON's notation is read as one, when 64 bits hold it."""
    written = go.json_number(value)
    if written.lstrip("-").isdecimal() and -(_UINT64 >> 1) <= int(written) < _UINT64:
        return str(int(written))
    return go.general(float(value))


def _check_depth(indent: int) -> None:
    if indent > 2 * DEEPEST:
        raise NotUnderstood("nested too deeply")
