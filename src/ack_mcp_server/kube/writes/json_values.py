"""JSON documents one after the other, as strictly as the YAML ones are read."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeVar

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.kube.writes.found import DEEPEST, Found, Json, broken, too_deep
from ack_mcp_server.kube.writes.yaml_scalars import NumberTooLarge, decimal, integer

_BLANK = " \t\r\n"
_Number = TypeVar("_Number", int, int | float)


class NotJson(Exception):
    """Kubectl would read the whole text as YAML."""


class _Refused(Exception):
    """What JSON allows and a manifest does not."""


def json_values(text: str) -> Iterator[Found]:
    """Raises NotJson before anything is found, InvalidInput."""
    place, found_any = _behind_blank(text, 0), False
    while place < len(text):
        line = text.count("\n", 0, place) + 1
        try:
            value, end = _DECODER.raw_decode(text, place)
        except json.JSONDecodeError as exc:
            if found_any:
                raise broken(exc.lineno, "this is no JSON document", "Separate YAML documents by ---.") from None
            raise NotJson from None
        except _Refused as exc:
            raise broken(line, str(exc), "Correct the document that begins there.") from None
        except RecursionError:
            raise too_deep(line) from None
        yield _checked(value, line)
        place, found_any = _behind_blank(text, end), True
        if text.startswith("---", place):
            raise NotJson


def _behind_blank(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANK:
        place += 1
    return place


def _checked(value: object, line: int) -> Found:
    """Raises InvalidInput when it is nested too deeply."""
    level: list[object] = [value]
    for _ in range(DEEPEST + 1):
        level = [child for node in level for child in _children(node)]
        if not level:
            return Found(value, line)
    raise too_deep(line)


def _children(node: object) -> list[object]:
    children = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
    return [child for child in children if isinstance(child, dict | list)]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    mapping = dict(pairs)
    if len(mapping) == len(pairs):
        return mapping
    names = [name for name, _ in pairs]
    twice = next(name for name in mapping if names.count(name) > 1)
    raise _Refused(f"the key {one_line(twice, 60)!r} stands twice in one mapping")


def _number(read: Callable[[str], _Number]) -> Callable[[str], _Number]:
    def number(text: str) -> _Number:
        try:
            return read(text)
        except NumberTooLarge:
            raise _Refused("a number is too large; quote it when it is meant as text") from None

    return number


def _constant(_name: str) -> NoReturn:
    raise _Refused("a number is not finite")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_duplicates,
    parse_int=_number(integer),
    parse_float=_number(decimal),
    parse_constant=_constant,
)


def is_json(text: str) -> bool:
    """As kubectl guesses."""
    return text.lstrip().startswith("{")
