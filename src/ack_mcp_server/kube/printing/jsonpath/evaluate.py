"""What an expression finds in an object. Go walks maps in random order; here it is the order of the keys."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.errors import NotUnderstood
from ack_mcp_server.kube.printing.jsonpath.compare import Incomparable, compare
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

MOST_STEPS = 1_000_000  # values met; about a second
_MOST_NESTED = 50  # ranges


class _Nothing:
    """What a range over null gives its body: no value, which is not null."""


NOTHING: Final = _Nothing()
Values = list[object]


class Failed(Exception):
    """The evaluation fails in kubectl too. `found` tells whether values were at hand, which an existence test asks."""

    def __init__(self, reason: str, *, found: bool) -> None:
        super().__init__(reason)
        self.found = found


def evaluate(template: Template, root: object, *, allow_missing: bool) -> list[Values]:
    """The values of each text and action in turn. Raises Failed, NotUnderstood."""
    return _Evaluation(template, allow_missing).results(0, root)


@dataclass
class _Evaluation:
    template: Template
    allow_missing: bool
    steps: int = MOST_STEPS
    beginning: int = 0
    inside: int = 0
    ending: int = 0
    last_end: int = -1

    def results(self, place: int, root: object) -> list[Values]:
        """From `place` to the end of the range that it lies in. A range without end is gone through again behind it."""
        found: list[Values] = []
        while place < len(self.template):
            part = self.template[place]
            values: Values = [part.value] if isinstance(part, Text) else self._action(part, [root])
            self._spend(1)
            if 0 < self.ending <= self.inside:
                self.ending -= 1
                self.last_end = place
                break
            if self.beginning:
                found += self._range(place + 1, values)
                place = max(place, self.last_end)
            else:
                found.append(values)
            place += 1
        return found

    def _range(self, place: int, values: Values) -> list[Values]:
        if self.inside >= _MOST_NESTED:
            raise NotUnderstood("ranges nested too deeply")
        self.beginning -= 1
        self.inside += 1
        found: list[Values] = []
        for value in values:
            if value is NOTHING:
                raise NotUnderstood("a range over no value")
            found += self.results(place, NOTHING if value is None else value)
        if not values:
            self.results(place, NOTHING)
        self.inside -= 1
        return found

    def _spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise NotUnderstood("an expression that meets too many values")

    def _action(self, action: Action, values: Values) -> Values:
        for node in action:
            values = _WALKS[type(node)](self, node, values)
            self._spend(len(values))
        return values

    def text(self, node: Text, _values: Values) -> Values:
        return [node.value]

    def constant(self, node: Constant, values: Values) -> Values:
        return [node.value] * len(values)

    def name(self, node: Name, values: Values) -> Values:
        if node.value == "range":
            self.beginning += 1
            return values
        if node.value != "end":
            raise Failed(f"unrecognized identifier {node.value}", found=bool(values))
        if not self.inside:
            raise Failed("not in range, nothing to end", found=False)
        self.ending += 1
        return []

    def field(self, node: Field, values: Values) -> Values:
        name = node.value
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if values and not found and not self.allow_missing:
            raise Failed(f"{name} is not found", found=False)
        return found

    def wildcard(self, _node: Wildcard, values: Values) -> Values:
        return [child for value in values for child in _children(value)]

    def recursive(self, _node: Recursive, values: Values) -> Values:
        """Containers and texts that are not empty, each before what it holds."""
        found: Values = []
        waiting = values[::-1]
        while waiting:
            value = waiting.pop()
            self._spend(1)
            if isinstance(value, str | dict | list) and value:
                found.append(value)
            if isinstance(value, dict | list):
                waiting += list(_children(value))[::-1]
        return found

    def slice(self, node: Slice, values: Values) -> Values:
        found: Values = []
        for value in values:
            if value is NOTHING:
                raise NotUnderstood("an index into no value")
            if value is None:
                continue
            if not isinstance(value, list):
                raise Failed(f"{_type_name(value)} is not array or slice", found=True)
            start, end = _bounds(node, len(value))
            if start == end:
                return found
            found += value[start : end : _step(node)]
        return found

    def union(self, node: Union, values: Values) -> Values:
        try:
            return [value for member in node.members for value in self._action(member, values)]
        except Failed as exc:
            raise Failed(str(exc), found=bool(values)) from None

    def filter(self, node: Filter, values: Values) -> Values:
        found: Values = []
        for value in values:
            if not isinstance(value, list):
                shown = "<invalid reflect.Value>" if value is NOTHING else go.go_string(value)
                raise Failed(f"{shown} is not array or slice and cannot be filtered", found=True)
            self._spend(len(value))
            found += [item for item in value if self._passes(node, item)]
        return found

    def _passes(self, node: Filter, item: object) -> bool:
        if not node.operator:
            return self._exists(node.left, item)
        sides: Values = []
        for side in (node.left, node.right):
            values = self._compared(side, item)
            if not values:
                return False
            sides += values
        try:
            return compare(node.operator, sides[0], sides[1])
        except Incomparable as exc:
            raise Failed(str(exc), found=True) from None

    def _exists(self, action: Action, item: object) -> bool:
        try:
            return bool(self._action(action, [item]))
        except Failed as exc:
            return exc.found

    def _compared(self, action: Action, item: object) -> Values:
        values = self._action(action, [item])
        if len(values) > 1:
            raise Failed("can only compare one element at a time", found=True)
        return values


_WALKS: dict[type[Node], Callable[..., Values]] = {
    Text: _Evaluation.text,
    Constant: _Evaluation.constant,
    Name: _Evaluation.name,
    Field: _Evaluation.field,
    Wildcard: _Evaluation.wildcard,
    Recursive: _Evaluation.recursive,
    Slice: _Evaluation.slice,
    Union: _Evaluation.union,
    Filter: _Evaluation.filter,
}


def _children(value: object) -> Iterable[object]:
    """Of a text, its bytes."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    if isinstance(value, str):
        return go.text(value).encode()
    return value if isinstance(value, list) else ()


def _bounds(node: Slice, length: int) -> tuple[int, int]:
    start = node.start or 0
    start += length if start < 0 else 0
    end = length if node.end is None else node.end
    end += length if end < 0 or (node.single and not end) else 0
    if start == end:
        return start, end
    if not 0 <= start < length:
        raise Failed(f"array index out of bounds: index {start}, length {length}", found=True)
    if not 0 <= end <= length:
        raise Failed(f"array index out of bounds: index {end - 1}, length {length}", found=True)
    if start > end:
        raise Failed(f"starting index {start} is greater than ending index {end}", found=True)
    return start, end


def _step(node: Slice) -> int:
    if node.step is not None and node.step <= 0:
        raise Failed("step must be > 0", found=True)
    return node.step or 1


def _type_name(value: object) -> str:
    if isinstance(value, dict):
        return "map[string]interface {}"
    names = {str: "string", bool: "bool"}
    return names.get(type(value)) or ("int64" if isinstance(go.number(value), int) else "float64")  # type: ignore[arg-type]
